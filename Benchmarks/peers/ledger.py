from decimal import Decimal, ROUND_HALF_EVEN

def ledger():
    total = Decimal(0)
    price = Decimal("19.99")
    discount = Decimal("0.035")
    tax = Decimal("1.19")
    cent = Decimal("0.01")
    first, step = Decimal("19.99"), Decimal("0.37")
    for n in range(300000):
        quantity = Decimal(n % 17 + 1)
        net = price * quantity
        reduced = net - net * discount
        total = total + (reduced * tax).quantize(cent, ROUND_HALF_EVEN)
        price = first if price > 90 else price + step
    return total

print(ledger())
