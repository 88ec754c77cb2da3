// Package clients holds the OpenAPI documents and the clients made from them: go for
// Go programs, typescript for pages and Node. The documents are written by
//
//	go test ./internal/api -run TestDocumentCommitted -update
//
// and the clients by go generate ./clients, which needs the network for its two
// generators. generated.sha256 tells a test that neither was forgotten.
package clients

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config go/config.yaml openapi-3.0.json
//go:generate npm exec --yes --package=openapi-typescript@7.13.0 -- openapi-typescript openapi.json -o typescript/schema.d.ts
//go:generate sh -c "sha256sum openapi.json openapi-3.0.json go/antojo.gen.go typescript/schema.d.ts > generated.sha256"
