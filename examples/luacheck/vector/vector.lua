local Vector = {}

function Vector.add(a, b)
  return { x = a.x + b.x, y = a.y + b.y }
end

return Vector
