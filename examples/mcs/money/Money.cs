using System;

public struct Money : IEquatable<Money>
{
    public Money(long cents, string currency)
    {
        Cents = cents;
        Currency = currency;
    }

    public long Cents { get; }
    public string Currency { get; }

    public static Money operator +(Money one, Money other)
    {
        if (one.Currency != other.Currency)
            throw new ArgumentException($"{one.Currency} and {other.Currency} do not add up");
        return new Money(checked(one.Cents + other.Cents), one.Currency);
    }

    public static bool operator ==(Money one, Money other) => one.Equals(other);
    public static bool operator !=(Money one, Money other) => !one.Equals(other);

    public bool Equals(Money other) => Cents == other.Cents && Currency == other.Currency;
    public override bool Equals(object other) => other is Money money && Equals(money);
    public override int GetHashCode() => Cents.GetHashCode() ^ Currency.GetHashCode();
    public override string ToString() => $"{Cents / 100}.{Cents % 100:00} {Currency}";
}
