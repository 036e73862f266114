#include <cstdio>
#include <vector>

class Matrix {
 public:
  Matrix(int rows, int columns) : columns_(columns), cells_(rows * columns) {}

  double& at(int row, int column) { return cells_[row * columns_ + column]; }
  double at(int row, int column) const { return cells_[row * columns_ + column]; }

 private:
  int columns_;
  std::vector<double> cells_;
};

Matrix multiply(const Matrix& left, const Matrix& right, int size) {
  Matrix product(size, size);
  for (int row = 0; row < size; ++row) {
    for (int column = 0; column < size; ++column) {
      for (int k = 0; k < size; ++k) {
        product.at(row, column) += left.at(row, k) * right.at(k, column);
      }
    }
  }
  return product;
}

int main() {
  Matrix turn(2, 2);
  turn.at(0, 1) = -1;
  turn.at(1, 0) = 1;
  Matrix scale(2, 2);
  scale.at(0, 0) = scale.at(1, 1) = 3;
  const Matrix both = multiply(turn, scale, 2);
  std::printf("determinant %.1f\n", both.at(0, 0) * both.at(1, 1) - both.at(0, 1) * both.at(1, 0));
}
