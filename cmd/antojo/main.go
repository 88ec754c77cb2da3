// Command antojo reads what people in Peru say about food and shows what is
// rising, what they like and dislike, and where. See `antojo help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"antojo/internal/app"
)

var version = "dev" // set by the linker

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := app.Main(ctx, os.Args[1:], app.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, version)
	stop()
	os.Exit(code)
}
