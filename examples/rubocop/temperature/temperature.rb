# frozen_string_literal: true

# Degrees in both scales.
class Temperature
  attr_reader :celsius

  def initialize(celsius)
    @celsius = celsius
  end

  def fahrenheit
    (celsius * 9.0 / 5) + 32
  end
end
