package lexicon

import (
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cpuRate reports bytes per second of CPU time of this thread, which stays true
// on a machine that others share; MB/s by the wall clock does not.
func cpuRate(b *testing.B, bytes int, run func()) {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const rusageThread = 1
	var before, after syscall.Rusage
	if err := syscall.Getrusage(rusageThread, &before); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		run()
	}
	if err := syscall.Getrusage(rusageThread, &after); err != nil {
		b.Fatal(err)
	}
	spent := time.Duration(after.Utime.Nano() - before.Utime.Nano() + after.Stime.Nano() - before.Stime.Nano())
	b.ReportMetric(float64(bytes)*float64(b.N)/spent.Seconds()/1e6, "cpuMB/s")
}

// benchTexts are mentions as they come in: mostly ordinary words, some food.
var benchTexts = []string{
	"La leche de tigre de esta cevichería te revive hasta el apellido, pescado fresquísimo y la cancha bien tostada.",
	"pedi 1 pollo entero cn papas y llego SIN papas.. y el chat de soporte ni contesta",
	"Habla causa, ¿sales hoy o te quedas viciando toda la noche?",
	"El motorizado se perdió dos veces y nadie del local respondió el teléfono, pésima atención.",
	"Qué piña soy, justo hoy q lavé la camioneta se manda la garúa #lunes",
	"Muy buen servicio! La comida llego antes de lo esperado, y el producto estaba en perfectas condiciones",
	"mañana de hecho caigo por mi cau cau con arrocito al mercado de Barranca, ya lo soñé dos veces",
	"No actualiza la app desde ayer, me sale error 503 y ni puedo ver mi historial. Arreglen eso.",
}

func BenchmarkMatch(b *testing.B) {
	lx, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	m := NewMatcher(lx)
	n := 0
	for _, t := range benchTexts {
		n += len(t)
	}
	dst := make([]Match, 0, 64)
	cpuRate(b, n, func() {
		for _, t := range benchTexts {
			dst = m.Match(dst[:0], t)
		}
	})
}

// BenchmarkMatchPlain is text without food, the bulk of what a feed brings.
func BenchmarkMatchPlain(b *testing.B) {
	lx, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	m := NewMatcher(lx)
	text := strings.Repeat("El motorizado se perdió dos veces y nadie respondió el teléfono. ", 100)
	dst := make([]Match, 0, 64)
	cpuRate(b, len(text), func() { dst = m.Match(dst[:0], text) })
}

func BenchmarkNewMatcher(b *testing.B) {
	lx, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		NewMatcher(lx)
	}
}

func BenchmarkResolve(b *testing.B) {
	g, err := NewGazetteer()
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for _, t := range benchTexts {
		n += len(t)
	}
	cpuRate(b, n, func() {
		for _, t := range benchTexts {
			g.Resolve(t, "", "", 0)
		}
	})
}

// BenchmarkMatchGold is labelled mentions: dense with food and with homographs,
// so the slowest text there is.
func BenchmarkMatchGold(b *testing.B) {
	rows := goldRows(b)
	m := matcher(b)
	n := 0
	for _, r := range rows {
		n += len(r.Text)
	}
	dst := make([]Match, 0, 64)
	cpuRate(b, n, func() {
		for _, r := range rows {
			dst = m.Match(dst[:0], r.Text)
		}
	})
}
