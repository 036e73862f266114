use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Celsius(f64);

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fahrenheit(f64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BelowAbsoluteZero;

impl fmt::Display for BelowAbsoluteZero {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("colder than absolute zero")
    }
}

impl std::error::Error for BelowAbsoluteZero {}

impl TryFrom<f64> for Celsius {
    type Error = BelowAbsoluteZero;

    fn try_from(degrees: f64) -> Result<Self, Self::Error> {
        if degrees < -273.15 {
            return Err(BelowAbsoluteZero);
        }
        Ok(Self(degrees))
    }
}

impl From<Celsius> for Fahrenheit {
    fn from(celsius: Celsius) -> Self {
        Self(celsius.0 * 9.0 / 5.0 + 32.0)
    }
}
