package infer

// ScanModel lets the fuzz test reach the reader of ONNX files without the engine,
// which is not made for random bytes.
func ScanModel(b []byte) error {
	_, err := scanModel(b)
	return err
}
