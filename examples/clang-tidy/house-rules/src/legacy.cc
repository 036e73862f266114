#include "shape.h"

class square : public Shape {
 public:
  explicit square(double side) : m_side(side) {}
  virtual double area() const { return m_side * m_side; }

 private:
  double m_side;
};

double areaOfLarger(double one, double other) {
  const square first(one);
  const square second(other);
  const Shape* winner = 0;
  winner = larger(&first, &second);
  return winner->area();
}
