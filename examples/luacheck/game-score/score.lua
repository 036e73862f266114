local best = 0

local function add(player, points)
  score = player.score + points
  local bonus = 2
  return score
end

return add
