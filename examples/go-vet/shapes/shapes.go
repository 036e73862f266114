// Package shapes computes areas.
package shapes

import "math"

// Shape is anything with an area.
type Shape interface {
	Area() float64
}

// Circle is given by its radius.
type Circle struct{ Radius float64 }

// Square is given by its side.
type Square struct{ Side float64 }

// Area is pi times the square of the radius.
func (c Circle) Area() float64 { return math.Pi * c.Radius * c.Radius }

// Area is the square of the side.
func (s Square) Area() float64 { return s.Side * s.Side }

// Total sums the areas of all shapes.
func Total(shapes ...Shape) float64 {
	sum := 0.0
	for _, shape := range shapes {
		sum += shape.Area()
	}
	return sum
}
