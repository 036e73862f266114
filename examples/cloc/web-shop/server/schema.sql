-- Prices are in cents.
CREATE TABLE teapots (
  name TEXT PRIMARY KEY,
  cents INTEGER NOT NULL CHECK (cents > 0)
);
