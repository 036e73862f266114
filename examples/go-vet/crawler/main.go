package main

import (
	"fmt"
	"os"
	"sync"

	"example.org/crawler/fetch"
)

func main() {
	var all sync.WaitGroup
	for _, address := range os.Args[1:] {
		all.Add(1)
		go func() {
			defer all.Done()
			fmt.Println(address, fetch.Size(address))
		}()
	}
	all.Wait()
}
