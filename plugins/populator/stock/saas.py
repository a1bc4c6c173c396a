from plugins.populator.generation.rhythm import OFFICE
from plugins.populator.stock.writing import stock

TEMPLATE = stock(
    "defaultSaas",
    "B2B SaaS",
    OFFICE,
    users=250,
    platforms=("Windows", "macOS", "Linux"),
    properties="""
Plan: Trial 30% | Team 46% | Enterprise 24%
Role: Member 58% | Manager 26% | Administrator 16%
Company size: 1-10 28% | 11-50 34% | 51-250 24% | More than 250 14%
  if Plan = Enterprise: 51-250 40% | More than 250 60%
Industry: Software 32% | Consulting 20% | Manufacturing 18% | Education 14% | Public sector 16%
""",
    events="""
Project Created
  Start: Empty 36% | From a template 52% | Import 12%
Task Created
  From: Board 48% | List 34% | E-mail 18%
Task Completed | duration 60-2400
  Priority: Low 26% | Normal 52% | High 22%
Comment Written
File Uploaded | sum 0.1-48
  Kind: Document 46% | Picture 32% | Table 22%
Report Opened | duration 20-600
  Report: Progress 46% | Workload 32% | Time 22%
Report Exported
  Format: PDF 52% | Excel 48%
Member Invited
  Role: Member 78% | Manager 16% | Administrator 6%
Integration Connected
  With: Slack 42% | GitHub 28% | Google Drive 20% | Jira 10%
Upgrade Started
Upgrade Completed | sum 49-990
  Plan: Team 74% | Enterprise 26%
""",
    views="""
Dashboard
Projects
Board
  Layout: Columns 66% | List 24% | Calendar 10%
Task
Reports
Team
Settings
Integrations
Billing
""",
    sequences="""
view Dashboard > view Board > view Task 80% > event Comment Written 44% > event Task Completed 52%
view Dashboard > view Projects > view Board > event Task Created > event Task Created 40% > view Task 40% > event File Uploaded 26%
view Dashboard > view Reports > event Report Opened > event Report Exported 34%
view Dashboard > view Projects > event Project Created > view Board > event Task Created > event Task Created 70%
view Dashboard > view Team > event Member Invited 54%
view Dashboard > view Settings > view Integrations 66% > event Integration Connected 40%
view Dashboard > view Billing > event Upgrade Started 60% > event Upgrade Completed 34%
view Dashboard
""",
    gap_hours=(6, 40),
    chosen="Sequence_1 38% | Sequence_2 24% | Sequence_3 10% | Sequence_4 7% | Sequence_5 4% | Sequence_6 4% | Sequence_7 3% | Sequence_8 10%",
    gap_conditions="if Plan = Trial: 12-120",
    sequence_conditions="if Role = Administrator: Sequence_1 20% | Sequence_2 14% | Sequence_3 16% | Sequence_4 10% | Sequence_5 16% | Sequence_6 14% | Sequence_7 10%",
)  # fmt: skip
