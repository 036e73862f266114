// Package fetch measures pages.
package fetch

import (
	"context"
	"io"
	"net/http"
	"time"
)

// Size is the length of a page in bytes, or -1.
func Size(address string) int64 {
	ctx, _ := context.WithTimeout(context.Background(), 5*time.Second)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return -1
	}
	response, err := http.DefaultClient.Do(request)
	defer response.Body.Close()
	if err != nil {
		return -1
	}
	size, _ := io.Copy(io.Discard, response.Body)
	return size
}
