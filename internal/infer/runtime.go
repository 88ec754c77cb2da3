package infer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// RuntimeVersion is the version of ONNX Runtime that scripts/fetch-onnxruntime.sh
// fetches and that everything is tested with.
const RuntimeVersion = "1.30.0"

// LibraryEnv is the environment variable that names the library.
const LibraryEnv = "ANTOJO_ONNXRUNTIME"

// engine is the loaded library. C code can be loaded only once a process, hence
// the package variable; it stays loaded until the process ends, because its
// threads may outlive every session.
type engine struct{ path, version string }

var (
	engineMu sync.Mutex
	loaded   *engine
)

// loadRuntime loads the library, once; later calls return what is loaded.
func loadRuntime(path string) (engine, error) {
	engineMu.Lock()
	defer engineMu.Unlock()
	if loaded != nil {
		return *loaded, nil
	}
	path, err := FindLibrary(path)
	if err != nil {
		return engine{}, err
	}
	ort.SetSharedLibraryPath(path)
	// Its errors are returned, so it need not write them to stderr as well.
	if err := ort.InitializeEnvironment(ort.WithLogLevelFatal()); err != nil {
		return engine{}, fmt.Errorf("%s cannot be loaded (%w): %s", path, err, howToGet)
	}
	loaded = &engine{path: path, version: ort.GetVersion()}
	return *loaded, nil
}

const howToGet = "run scripts/fetch-onnxruntime.sh (or make setup), or set " + LibraryEnv + " to the path of a libonnxruntime of version " + RuntimeVersion + " or newer"

// FindLibrary returns the path of libonnxruntime: the given path, else the
// environment's ANTOJO_ONNXRUNTIME, else beside the binary, in the .cache of the
// binary's checkout, in a .cache of the working directory or of a folder above
// it, else where the system keeps libraries.
func FindLibrary(given string) (string, error) {
	if given != "" {
		return checkLibrary(given, "the path given")
	}
	if p := os.Getenv(LibraryEnv); p != "" {
		return checkLibrary(p, LibraryEnv)
	}
	name := libraryName()
	cached := filepath.Join(".cache", "onnxruntime", RuntimeVersion, name)
	var tried []string
	if exe, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(exe); err == nil {
			exe = real
		}
		dir := filepath.Dir(exe)
		tried = append(tried, filepath.Join(dir, name), filepath.Join(filepath.Dir(dir), cached))
	}
	if dir, err := os.Getwd(); err == nil {
		for {
			tried = append(tried, filepath.Join(dir, cached))
			up := filepath.Dir(dir)
			if up == dir {
				break
			}
			dir = up
		}
	}
	for _, dir := range []string{"/usr/local/lib", "/usr/lib/" + multiarch(), "/usr/lib64", "/usr/lib", "/opt/onnxruntime/lib"} {
		tried = append(tried, filepath.Join(dir, name))
	}
	for _, p := range tried {
		if st, err := os.Stat(p); err == nil && !st.IsDir() {
			return p, nil
		}
	}
	return "", errors.New(name + " was not found beside the binary, in .cache/onnxruntime or in the system's library folders: " + howToGet)
}

func checkLibrary(p, from string) (string, error) {
	st, err := os.Stat(p)
	if err == nil && st.IsDir() {
		p = filepath.Join(p, libraryName())
		_, err = os.Stat(p)
	}
	if err != nil {
		return "", fmt.Errorf("%s names a library that is not there (%w): %s", from, err, howToGet)
	}
	return p, nil
}

func libraryName() string {
	switch runtime.GOOS {
	case "darwin":
		return "libonnxruntime.dylib"
	case "windows":
		return "onnxruntime.dll"
	}
	return "libonnxruntime.so.1"
}

func multiarch() string {
	if runtime.GOARCH == "arm64" {
		return "aarch64-linux-gnu"
	}
	return "x86_64-linux-gnu"
}
