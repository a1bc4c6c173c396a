from plugins.populator.generation.rhythm import EVENINGS
from plugins.populator.stock.writing import stock

TEMPLATE = stock(
    "defaultEntertainment",
    "Entertainment",
    EVENINGS,
    users=300,
    platforms=("iOS", "Android"),
    properties="""
Plan: Free 58% | Standard 30% | Family 12%
Favorite genre: Drama 22% | Comedy 20% | Documentary 14% | Action 18% | Science fiction 14% | Kids 12%
  if Plan = Family: Kids 52% | Comedy 28% | Action 20%
Language: English 48% | Spanish 22% | German 12% | Japanese 10% | Turkish 8%
""",
    events="""
Play | duration 240-5400
  Genre: Drama 24% | Comedy 20% | Documentary 12% | Action 20% | Science fiction 14% | Kids 10%
  Quality: SD 18% | HD 56% | 4K 26%
    if Plan = Free: SD 60% | HD 40%
  Type: Episode 64% | Film 36%
Pause
Finish
  Type: Episode 70% | Film 30%
Search
  Found: Yes 88% | No 12%
Add to My List
Download
  Quality: SD 34% | HD 66%
Ad Watched | duration 5-30
  Advertiser: Games 34% | Food 28% | Cars 20% | Travel 18%
Subscription Started | sum 8-16
  Plan: Standard 74% | Family 26%
Title Rated
  Thumb: Up 84% | Down 16%
""",
    views="""
Home
Browse
Title
  Type: Series 62% | Film 38%
Player
Search
My List
Downloads
Profile
Plans
""",
    sequences="""
view Home > view Title > event Play > view Player > event Ad Watched 40% > event Pause 46% > event Finish 58%
view Home > view Browse > view Title 72% > event Add to My List 34% > event Play 44% > view Player 44% > event Finish 30%
view Home > view Search > event Search > view Title 76% > event Play 60% > view Player 60% > event Title Rated 20%
view Home > view My List > view Title > event Play > view Player > event Finish 66% > event Title Rated 24%
view Home > view Title 60% > event Download 50% > view Downloads 50%
view Home > view Plans > event Subscription Started 34% > view Profile 40%
view Home
""",
    gap_hours=(14, 84),
    chosen="Sequence_1 34% | Sequence_2 18% | Sequence_3 14% | Sequence_4 14% | Sequence_5 6% | Sequence_6 4% | Sequence_7 8% | random 2%",
    gap_conditions="if Plan = Family: 8-40",
    sequence_conditions="if Plan != Free: Sequence_1 36% | Sequence_2 18% | Sequence_3 14% | Sequence_4 20% | Sequence_5 12%",
)  # fmt: skip
