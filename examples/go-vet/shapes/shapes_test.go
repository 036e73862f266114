package shapes

import "testing"

func TestTotal(t *testing.T) {
	if got := Total(Square{2}, Square{3}); got != 13 {
		t.Errorf("Total = %v, want 13", got)
	}
}
