package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

type visits struct {
	mutex sync.Mutex
	Count int    `json: "count"`
	Page  string `json:"page"`
}

func (v visits) add() {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.Count++
}

func report(v *visits) error {
	fmt.Printf("%s was seen %s times\n", v.Page, v.Count)
	if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
		return err
		fmt.Println("not reported")
	}
	return nil
}

func main() {
	v := &visits{Page: "index"}
	v.add()
	if err := report(v); err != nil {
		fmt.Printf("failed: %d\n")
	}
}
