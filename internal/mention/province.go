package mention

import (
	"fmt"
	"strconv"
)

// Province is a second-level area of Peru by its four-digit INEI UBIGEO code:
// 1501 is the province of Lima in the department of Lima; 0 = none.
type Province uint16

// ProvinceOf is the province with number n (1, 2, …) of department d, 0 if there is none.
func ProvinceOf(d Department, n int) Province {
	if d == 0 || d > NumDepartments || n < 1 || n > len(provinceNames[d]) {
		return 0
	}
	return Province(int(d)*100 + n)
}

// Valid reports whether p is one of the provinces, or none.
func (p Province) Valid() bool { return p == 0 || ProvinceOf(p.Department(), p.Number()) == p }

// Department is the one that p lies in, 0 for none.
func (p Province) Department() Department { return Department(p / 100) }

// Number is the place of p in its department, from 1; 0 for none.
func (p Province) Number() int { return int(p % 100) }

// Code returns the four-digit INEI code, "" for none.
func (p Province) Code() string {
	if p == 0 || !p.Valid() {
		return ""
	}
	return fmt.Sprintf("%04d", uint16(p))
}

// Name returns the official name, "" for none.
func (p Province) Name() string {
	if p == 0 || !p.Valid() {
		return ""
	}
	return provinceNames[p.Department()][p.Number()-1]
}

// Provinces lists those of d in the order of their codes.
func (d Department) Provinces() []Province {
	if d > NumDepartments {
		return nil
	}
	out := make([]Province, len(provinceNames[d]))
	for i := range out {
		out[i] = ProvinceOf(d, i+1)
	}
	return out
}

// ProvinceByCode parses a four-digit INEI code.
func ProvinceByCode(s string) (Province, error) {
	if n, err := strconv.ParseUint(s, 10, 16); err == nil && len(s) == 4 && n < 1<<16 {
		if p := Province(n); p != 0 && p.Valid() {
			return p, nil
		}
	}
	return 0, fmt.Errorf("province %q is not an INEI code 0101..2504", s)
}

// provinceNames holds the official names by department, in the order of their codes;
// a test of the lexicon holds it against its table of districts.
var provinceNames = [NumDepartments + 1][]string{
	1:  {"Chachapoyas", "Bagua", "Bongará", "Condorcanqui", "Luya", "Rodríguez de Mendoza", "Utcubamba"},
	2:  {"Huaraz", "Aija", "Antonio Raymondi", "Asunción", "Bolognesi", "Carhuaz", "Carlos Fermín Fitzcarrald", "Casma", "Corongo", "Huari", "Huarmey", "Huaylas", "Mariscal Luzuriaga", "Ocros", "Pallasca", "Pomabamba", "Recuay", "Santa", "Sihuas", "Yungay"},
	3:  {"Abancay", "Andahuaylas", "Antabamba", "Aymaraes", "Cotabambas", "Chincheros", "Grau"},
	4:  {"Arequipa", "Camaná", "Caravelí", "Castilla", "Caylloma", "Condesuyos", "Islay", "La Unión"},
	5:  {"Huamanga", "Cangallo", "Huanca Sancos", "Huanta", "La Mar", "Lucanas", "Parinacochas", "Páucar del Sara Sara", "Sucre", "Víctor Fajardo", "Vilcas Huamán"},
	6:  {"Cajamarca", "Cajabamba", "Celendín", "Chota", "Contumazá", "Cutervo", "Hualgayoc", "Jaén", "San Ignacio", "San Marcos", "San Miguel", "San Pablo", "Santa Cruz"},
	7:  {"Callao"},
	8:  {"Cusco", "Acomayo", "Anta", "Calca", "Canas", "Canchis", "Chumbivilcas", "Espinar", "La Convención", "Paruro", "Paucartambo", "Quispicanchi", "Urubamba"},
	9:  {"Huancavelica", "Acobamba", "Angaraes", "Castrovirreyna", "Churcampa", "Huaytará", "Tayacaja"},
	10: {"Huánuco", "Ambo", "Dos de Mayo", "Huacaybamba", "Huamalíes", "Leoncio Prado", "Marañón", "Pachitea", "Puerto Inca", "Lauricocha", "Yarowilca"},
	11: {"Ica", "Chincha", "Nasca", "Palpa", "Pisco"},
	12: {"Huancayo", "Concepción", "Chanchamayo", "Jauja", "Junín", "Satipo", "Tarma", "Yauli", "Chupaca"},
	13: {"Trujillo", "Ascope", "Bolívar", "Chepén", "Julcán", "Otuzco", "Pacasmayo", "Pataz", "Sánchez Carrión", "Santiago de Chuco", "Gran Chimú", "Virú"},
	14: {"Chiclayo", "Ferreñafe", "Lambayeque"},
	15: {"Lima", "Barranca", "Cajatambo", "Canta", "Cañete", "Huaral", "Huarochirí", "Huaura", "Oyón", "Yauyos"},
	16: {"Maynas", "Alto Amazonas", "Loreto", "Mariscal Ramón Castilla", "Requena", "Ucayali", "Datem del Marañón", "Putumayo"},
	17: {"Tambopata", "Manu", "Tahuamanu"},
	18: {"Mariscal Nieto", "General Sánchez Cerro", "Ilo"},
	19: {"Pasco", "Daniel Alcides Carrión", "Oxapampa"},
	20: {"Piura", "Ayabaca", "Huancabamba", "Morropón", "Paita", "Sullana", "Talara", "Sechura"},
	21: {"Puno", "Azángaro", "Carabaya", "Chucuito", "El Collao", "Huancané", "Lampa", "Melgar", "Moho", "San Antonio de Putina", "San Román", "Sandia", "Yunguyo"},
	22: {"Moyobamba", "Bellavista", "El Dorado", "Huallaga", "Lamas", "Mariscal Cáceres", "Picota", "Rioja", "San Martín", "Tocache"},
	23: {"Tacna", "Candarave", "Jorge Basadre", "Tarata"},
	24: {"Tumbes", "Contralmirante Villar", "Zarumilla"},
	25: {"Coronel Portillo", "Atalaya", "Padre Abad", "Purús"},
}
