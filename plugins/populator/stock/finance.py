from plugins.populator.generation.rhythm import DAYTIME
from plugins.populator.stock.writing import stock

TEMPLATE = stock(
    "defaultFinance",
    "Finance",
    DAYTIME,
    users=300,
    platforms=("iOS", "Android"),
    properties="""
Account: Current 62% | Savings 24% | Business 14%
Customer for: Less than a year 30% | 1-3 years 36% | Longer 34%
Credit card: None 44% | Classic 40% | Platinum 16%
  if Account = Business: Business card 80% | None 20%
Verified: Yes 90% | No 10%
""",
    events="""
Log In | duration 2-12
  Method: Face or finger 68% | PIN 22% | Password 10%
Transfer Started
  To: Own account 30% | Contact 44% | New recipient 26%
Transfer Sent | sum 5-1800 | duration 20-120
  To: Own account 32% | Contact 46% | New recipient 22%
  Speed: Instant 58% | Standard 42%
Bill Paid | sum 12-340
  Kind: Electricity 26% | Rent 20% | Phone 24% | Insurance 18% | Other 12%
Card Blocked
  Reason: Lost 58% | Stolen 18% | Suspicious payment 24%
Statement Downloaded
  Format: PDF 84% | CSV 16%
Loan Calculated | sum 1000-40000
  Purpose: Car 36% | Home 40% | Other 24%
Verification Failed
  Step: Document 52% | Selfie 34% | Address 14%
Money Saved | sum 10-600
  Goal: Holiday 40% | Emergency 34% | Home 26%
""",
    views="""
Log In
Accounts
Transactions
  Range: 30 days 70% | 90 days 20% | Year 10%
Transfer
Confirm
Cards
Savings
Loans
Statements
Support
""",
    sequences="""
view Log In > event Log In 96% > view Accounts > view Transactions 64%
view Log In > event Log In > view Accounts > view Transfer > event Transfer Started > view Confirm 86% > event Transfer Sent 82%
view Log In > event Log In > view Accounts > event Bill Paid 76% > view Transactions 40%
view Log In > event Log In > view Accounts > view Savings > event Money Saved 54%
view Log In > event Log In > view Accounts > view Cards > event Card Blocked 8% > view Support 14%
view Log In > event Log In > view Loans > event Loan Calculated 70% > event Verification Failed 12%
view Log In > event Log In > view Accounts > view Statements > event Statement Downloaded 70%
""",
    gap_hours=(16, 90),
    chosen="Sequence_1 40% | Sequence_2 20% | Sequence_3 14% | Sequence_4 8% | Sequence_5 6% | Sequence_6 5% | Sequence_7 5% | random 2%",
    gap_conditions="if Account = Business: 8-48",
)  # fmt: skip
