from plugins.populator.generation.rhythm import EVENINGS
from plugins.populator.stock.writing import stock

TEMPLATE = stock(
    "defaultEcommerce",
    "E-commerce",
    EVENINGS,
    users=300,
    platforms=("iOS", "Android"),
    properties="""
Membership: Guest 42% | Member 44% | Gold 14%
Favorite category: Shoes 24% | Electronics 22% | Home 18% | Beauty 16% | Sports 12% | Toys 8%
Newsletter: Yes 38% | No 62%
  if Membership = Guest: Yes 8% | No 92%
Preferred payment: Card 58% | Wallet 24% | Invoice 12% | Gift card 6%
""",
    events="""
Search
  Category: Shoes 24% | Electronics 26% | Home 18% | Beauty 14% | Sports 12% | Toys 6%
  Results: None 6% | 1-10 30% | 11-50 44% | More than 50 20%
Product Viewed
  Category: Shoes 24% | Electronics 26% | Home 18% | Beauty 14% | Sports 12% | Toys 6%
  Came from: Search 42% | Category 30% | Recommendation 18% | Offer 10%
Add to Wishlist
  Category: Shoes 34% | Electronics 20% | Home 18% | Beauty 18% | Toys 10%
Add to Cart | sum 8-160
  Category: Shoes 26% | Electronics 22% | Home 18% | Beauty 16% | Sports 12% | Toys 6%
Coupon Applied
  Coupon: WELCOME10 44% | SPRING15 38% | FREESHIP 18%
    if Membership = Gold: GOLD20 70% | SPRING15 30%
Checkout Started | sum 20-240
  Items: 1 42% | 2 28% | 3 16% | 4 or more 14%
Purchase | sum 20-240 | duration 35-160
  Payment: Card 58% | Wallet 24% | Invoice 12% | Gift card 6%
  Shipping: Standard 62% | Express 24% | Pick-up 14%
    if Membership = Gold: Express 82% | Pick-up 18%
Payment Failed
  Reason: Card declined 52% | Timeout 26% | Wrong code 22%
Product Shared
  Channel: WhatsApp 44% | Instagram 30% | E-mail 16% | Link 10%
""",
    views="""
Home
Category
  Category: Shoes 24% | Electronics 26% | Home 18% | Beauty 14% | Sports 12% | Toys 6%
Search Results
Product Details
  Layout: Gallery 50% | Video 50%
Reviews
Cart
Checkout
Order Confirmation
Wishlist
My Account
Help
""",
    sequences="""
view Home > view Category 70% > view Product Details 72% > event Product Viewed 90% > view Reviews 24% > view Category 34% > view Product Details 34% > event Product Viewed 34%
view Home > view Search Results > event Search > view Product Details 74% > event Product Viewed 70% > view Search Results 42% > view Product Details 40% > event Product Viewed 40% > event Add to Wishlist 22% > event Product Shared 6%
view Home > view Search Results 60% > event Search 60% > view Product Details > event Product Viewed > event Add to Cart 72% > view Cart 64% > event Coupon Applied 22% > event Checkout Started 52% > view Checkout 46% > view Cart 18%
view Home > view Product Details > event Product Viewed > event Add to Cart > view Product Details 38% > event Product Viewed 38% > view Cart > event Coupon Applied 34% > event Checkout Started > view Checkout > event Payment Failed 9% > event Purchase 92% > view Order Confirmation 92%
view Home > view Wishlist 70% > view Product Details 40% > view My Account 30% > view Help 12% > view Home 30%
view Home
view Product Details > event Product Viewed 90% > view Reviews 40% > view Product Details 30% > event Add to Cart 26% > view Cart 20%
""",
    gap_hours=(20, 110),
    chosen="Sequence_1 24% | Sequence_2 19% | Sequence_3 18% | Sequence_4 10% | Sequence_5 9% | Sequence_6 8% | Sequence_7 11% | random 1%",
    gap_conditions="if Membership = Gold: 12-60",
    sequence_conditions="if Membership = Gold: Sequence_1 18% | Sequence_2 18% | Sequence_3 20% | Sequence_4 28% | Sequence_5 12% | Sequence_7 4%",
)  # fmt: skip
