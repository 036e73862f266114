class Orders
  def initialize(list)
    @list = list
  end

  def open
    count = 0
    if x = @list.first
      return x
    end
    nil
  end
end
