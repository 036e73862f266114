using System.Collections.Generic;

public class Room
{
    private string guest;
    public int Number { get; set; }

    public override bool Equals(object other)
    {
        var room = other as Room;
        return room != null && room.Number == Number;
    }

    public bool IsFree() => guest == null;
    public virtual int Price() => 80;
}

public class Suite : Room
{
    public int Price() => 240;
}

public class Hotel
{
    private readonly HashSet<Room> rooms = new HashSet<Room>();

    public int Income()
    {
        int breakfasts = 12;
        int sum = 0;
        foreach (var room in rooms) sum += room.Price();
        return sum;
        rooms.Clear();
    }
}
