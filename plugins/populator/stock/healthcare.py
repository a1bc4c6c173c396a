from plugins.populator.generation.rhythm import DAYTIME
from plugins.populator.stock.writing import stock

TEMPLATE = stock(
    "defaultHealthcare",
    "Healthcare",
    DAYTIME,
    users=250,
    platforms=("iOS", "Android"),
    properties="""
Insurance: Public 64% | Private 26% | None 10%
Uses it for: Myself 62% | My child 24% | A relative 14%
Reminders: On 72% | Off 28%
Wearable: None 54% | Watch 32% | Ring 8% | Scale 6%
""",
    events="""
Appointment Searched
  Field: General 38% | Dermatology 16% | Dentist 20% | Orthopedics 12% | Pediatrics 14%
    if Uses it for = My child: Pediatrics 76% | Dentist 24%
Appointment Booked | duration 40-240
  Kind: On site 64% | Video 36%
Appointment Cancelled
  When: A day before 62% | Same day 38%
Video Visit | duration 240-1800
  Connection: Good 82% | Poor 18%
Medication Taken
  On time: Yes 84% | No 16%
Prescription Requested | sum 5-90
  Delivery: Pharmacy 62% | Home 38%
Measurement Added
  Kind: Blood pressure 34% | Weight 30% | Heart rate 24% | Glucose 12%
Lab Result Opened
  Result: In range 78% | Out of range 22%
Message Sent
  To: Practice 72% | Insurance 28%
""",
    views="""
Today
Find a Doctor
Doctor
Booking
My Appointments
Medication
Measurements
Lab Results
Messages
Profile
""",
    sequences="""
view Today > event Medication Taken 88% > view Medication 30%
view Today > view Measurements > event Measurement Added 84%
view Today > view Find a Doctor > event Appointment Searched > view Doctor 78% > view Booking 54% > event Appointment Booked 46%
view Today > view My Appointments > event Appointment Cancelled 12% > event Video Visit 30%
view Today > view Lab Results > event Lab Result Opened 86% > view Messages 24% > event Message Sent 20%
view Today > view Medication > event Prescription Requested 48%
view Today > view Messages > event Message Sent 60% > view Profile 12%
""",
    gap_hours=(18, 72),
    chosen="Sequence_1 40% | Sequence_2 18% | Sequence_3 15% | Sequence_4 8% | Sequence_5 7% | Sequence_6 7% | Sequence_7 5%",
    gap_conditions="if Reminders = Off: 48-200",
    sequence_conditions="if Wearable = Watch: Sequence_1 32% | Sequence_2 40% | Sequence_3 12% | Sequence_4 8% | Sequence_6 8%",
)  # fmt: skip
