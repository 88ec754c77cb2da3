// Package antojo is a client of Antojo's REST API, made from its OpenAPI document.
// New opens one; each operation is a method that ends in WithResponse.
//
//	c, err := antojo.New("http://127.0.0.1:8080", os.Getenv("ANTOJO_TOKEN"))
//	res, err := c.ListTrendsWithResponse(ctx, &antojo.ListTrendsParams{})
//	for _, t := range res.JSON200.Trends { … }
package antojo

import (
	"context"
	"net/http"
)

// New opens a client. token is of antojo tokens create; "" sends none, which is
// enough to read from the machine of the server.
func New(server, token string, opts ...ClientOption) (*ClientWithResponses, error) {
	if token != "" {
		opts = append(opts, WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+token)
			return nil
		}))
	}
	return NewClientWithResponses(server, opts...)
}
