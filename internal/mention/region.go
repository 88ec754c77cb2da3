package mention

import "fmt"

// Department is a first-level region of Peru by its INEI UBIGEO code, 1..25
// (alphabetical: 01 Amazonas … 07 Callao … 15 Lima … 25 Ucayali); 0 = none.
type Department uint8

// NumDepartments counts the 24 departments and Callao.
const NumDepartments = 25

// DepartmentNames holds the official names, indexed by INEI code; index 0 is empty.
var DepartmentNames = [NumDepartments + 1]string{"",
	"Amazonas", "Áncash", "Apurímac", "Arequipa", "Ayacucho", "Cajamarca",
	"Callao", "Cusco", "Huancavelica", "Huánuco", "Ica", "Junín",
	"La Libertad", "Lambayeque", "Lima", "Loreto", "Madre de Dios",
	"Moquegua", "Pasco", "Piura", "Puno", "San Martín", "Tacna",
	"Tumbes", "Ucayali"}

// Code returns the two-digit INEI code, "" for none.
func (d Department) Code() string {
	if d == 0 || d > NumDepartments {
		return ""
	}
	return fmt.Sprintf("%02d", d)
}

// Name returns the official name, "" for none.
func (d Department) Name() string {
	if d > NumDepartments {
		return ""
	}
	return DepartmentNames[d]
}

// DepartmentByCode parses a two-digit INEI code.
func DepartmentByCode(s string) (Department, error) {
	for d := Department(1); d <= NumDepartments; d++ {
		if d.Code() == s {
			return d, nil
		}
	}
	return 0, fmt.Errorf("department %q is not an INEI code 01..25", s)
}
