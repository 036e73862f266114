package fetch

import "testing"

func TestSizeOfNothing(t *testing.T) {
	done := make(chan bool)
	go func() {
		if Size("no address") != -1 {
			t.Fatal("a size for no address")
		}
		done <- true
	}()
	<-done
}
