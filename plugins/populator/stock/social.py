from plugins.populator.generation.rhythm import EVENINGS
from plugins.populator.stock.writing import stock

TEMPLATE = stock(
    "defaultSocial",
    "Social",
    EVENINGS,
    users=350,
    platforms=("iOS", "Android"),
    properties="""
Kind: Reader 62% | Writer 30% | Creator 8%
Follows: 0-10 24% | 11-50 36% | 51-200 28% | More than 200 12%
Interests: Music 24% | Sports 20% | Travel 18% | Food 16% | Technology 14% | Art 8%
Notifications: On 66% | Off 34%
""",
    events="""
Post Created | duration 30-420
  Kind: Photo 46% | Text 28% | Video 20% | Poll 6%
    if Kind = Creator: Video 56% | Photo 44%
Post Liked
  From: Feed 72% | Profile 16% | Search 12%
Comment Written | duration 8-90
Post Shared
  To: Friends 54% | Group 26% | Outside 20%
Story Watched | duration 3-45
User Followed
  Found by: Suggestion 46% | Search 30% | Contact 24%
Message Sent
  Kind: Text 74% | Photo 18% | Voice 8%
Group Joined
  Topic: Music 28% | Sports 24% | Travel 22% | Technology 26%
Post Reported
  Reason: Spam 58% | Rude 30% | Other 12%
""",
    views="""
Feed
Post
Story
Profile
  Whose: Own 36% | Of others 64%
Search
Messages
Chat
Groups
Camera
Settings
""",
    sequences="""
view Feed > event Post Liked 74% > view Post 52% > event Comment Written 22% > event Post Liked 40% > event Post Shared 10%
view Feed > view Story > event Story Watched > event Story Watched 70% > event Story Watched 50%
view Messages > view Chat 90% > event Message Sent 84% > event Message Sent 60%
view Feed > view Camera > event Post Created 68% > view Profile 40%
view Feed > view Search > view Profile 66% > event User Followed 48%
view Feed > view Groups > event Group Joined 26% > view Post 50% > event Post Reported 4%
view Feed
""",
    gap_hours=(5, 44),
    chosen="Sequence_1 34% | Sequence_2 18% | Sequence_3 20% | Sequence_4 6% | Sequence_5 9% | Sequence_6 6% | Sequence_7 7%",
    gap_conditions="if Kind = Creator: 3-16\nif Notifications = Off: 20-120",
    sequence_conditions="if Kind = Creator: Sequence_1 24% | Sequence_2 14% | Sequence_3 18% | Sequence_4 34% | Sequence_5 10%",
)  # fmt: skip
