"""Sentences that show what a model makes of what people say: the same in other words, near it, and far from it.

Written for Stillnote; none of them is of a stream that anything is measured on.
"""

from typing import NamedTuple


class Triple(NamedTuple):
    """said_again: the same in other words. same_domain: about the same part of life, and about something else."""

    said: str
    said_again: str
    same_domain: str


TRIPLES = (
    Triple(
        "The glaze on the blue bowls has cracked.",
        "There are fine cracks in the coating of my blue pottery.",
        "Order ten kilos of stoneware clay.",
    ),
    Triple(
        "Remind me to call the dentist on Monday.",
        "I must ring the dental practice after the weekend.",
        "The blood test is at eight and I may not eat before.",
    ),
    Triple(
        "Set the alarm for six tomorrow.",
        "Wake me up at six in the morning.",
        "What time is it in Tokyo right now?",
    ),
    Triple(
        "My opponent gives up the centre too early in that opening.",
        "In this opening he lets go of the middle of the board too soon.",
        "The chess club meets in the library from now on.",
    ),
    Triple(
        "The left winger has to track back.",
        "Our player on the left must help in defence.",
        "The referee missed two clear fouls.",
    ),
    Triple(
        "Turn the lights in the hall down a bit.",
        "Dim the lamps in the corridor, please.",
        "Is the front door locked?",
    ),
    Triple(
        "Pollen makes my eyes itch all day.",
        "My eyes are itchy from hay fever from morning to evening.",
        "The optician has moved to the station.",
    ),
    Triple(
        "The solar panels give less than they promised.",
        "We get less power from the roof than the seller said.",
        "Insulate the pipes in the cellar before it freezes.",
    ),
    Triple(
        "Put some money aside for the tax bill.",
        "We should save up for what we owe the tax office.",
        "The bank has raised the rate on our loan.",
    ),
    Triple(
        "The driving instructor says I brake too hard.",
        "My teacher thinks that I hit the brake too strongly.",
        "Which documents do I need for the theory test?",
    ),
    Triple(
        "Play something quiet by a piano trio.",
        "I'd like to hear some calm jazz with a piano.",
        "Who sings the song they play everywhere now?",
    ),
    Triple(
        "The dog limps on his left front paw.",
        "Our dog won't put weight on one of his front legs.",
        "The cat has not touched her food since Sunday.",
    ),
    Triple(
        "Send Anna a mail that I'll be late.",
        "Write to Anna that I am not going to be on time.",
        "Did my landlord answer my message?",
    ),
    Triple(
        "The test server was down all night.",
        "Nobody could reach the staging machine until this morning.",
        "We need a better name for that function.",
    ),
    Triple(
        "Photograph the owl before it leaves its nest.",
        "Get a picture of the owl while it is still nesting.",
        "The old lens has fungus inside.",
    ),
    Triple(
        "Add oat milk and eggs to the shopping list.",
        "We are out of eggs and oat milk, note that down.",
        "Delete the list for the party.",
    ),
    Triple(
        "The sleeves of the cardigan came out too long.",
        "I have knitted the arms of that jacket longer than they should be.",
        "Where do I get wool that does not scratch?",
    ),
    Triple(
        "Changing between early and late shifts wears me out.",
        "I am exhausted from switching shifts all the time.",
        "The union wants an answer about overtime.",
    ),
    Triple(
        "The brakes squeal when it rains.",
        "In wet weather there is a shriek when I brake.",
        "The garage can't take the car before Thursday.",
    ),
    Triple(
        "Cancel my meeting with the auditors.",
        "Take the appointment with the auditors out of my calendar.",
        "When is my next free afternoon?",
    ),
    Triple(
        "The customers can't find the button for refunds.",
        "People look for how to get their money back and don't see it.",
        "The new price page goes live next week.",
    ),
    Triple(
        "The sourdough did not rise in the cold kitchen.",
        "It was so chilly that my bread dough stayed flat.",
        "Rye flour has become dear.",
    ),
    Triple(
        "Sit still and count ten breaths before the phone.",
        "Breathe ten times, quietly, and only then look at messages.",
        "Anger sits in my shoulders when I meditate.",
    ),
    Triple(
        "Is it going to rain this weekend?",
        "What's the weather like on Saturday and Sunday?",
        "How warm was it here last summer?",
    ),
    Triple(
        "The bees were flying at the upper hive today.",
        "There was a lot of traffic at the top beehive.",
        "Boil the jars before the honey goes in.",
    ),
    Triple(
        "The food bank needs more drivers on Fridays.",
        "On Fridays there are too few people who drive for the food pantry.",
        "Thank the supermarket for the crates.",
    ),
    Triple(
        "What is the share price of that shipping company?",
        "How is the stock of the shipping firm doing?",
        "How many euros are two hundred dollars?",
    ),
    Triple(
        "The samples from week three are contaminated.",
        "Something got into the probes of the third week.",
        "The reviewers want one more control.",
    ),
    Triple(
        "The neighbours upstairs drill on Sundays.",
        "On Sundays there is drilling from the flat above us.",
        "The lift has been out of order for a week.",
    ),
    Triple(
        "My best friend moves abroad and I don't know what to say.",
        "I am lost for words because my closest friend is going to live in another country.",
        "Nobody told me that they had broken up.",
    ),
    Triple(
        "Could you say that again?",
        "Please repeat what you just told me.",
        "No, that is not what I meant.",
    ),
    Triple(
        "Find a recipe for pumpkin soup.",
        "How do I make soup from a pumpkin?",
        "Order two pizzas from the place on the corner.",
    ),
    Triple(
        "The horse shies at plastic bags.",
        "Plastic bags scare my horse.",
        "The saddle has to be fitted again.",
    ),
    Triple(
        "The votes in the council were split.",
        "The town council could not agree.",
        "Nobody explained what the new law changes.",
    ),
    Triple(
        "Sand the table before the second coat.",
        "The desk needs sanding between two layers of varnish.",
        "I am short of two clamps and a long saw.",
    ),
    Triple(
        "Cut the interview down to twenty minutes.",
        "Shorten that interview, it should last twenty minutes.",
        "The podcast needs a shorter jingle.",
    ),
    Triple(
        "My German exam is in three weeks.",
        "In three weeks I'm examined in German.",
        "How do you say thank you in Greek?",
    ),
    Triple(
        "Ask the florist about white tulips.",
        "See whether the flower shop has tulips in white.",
        "The speeches come after the cake.",
    ),
    Triple(
        "The ski boots press on my ankle.",
        "My ankle hurts in those boots for skiing.",
        "There is hardly any snow below the hut.",
    ),
    Triple(
        "Start the vacuum cleaner in the living room.",
        "Have the robot hoover the lounge.",
        "Make me a strong coffee.",
    ),
)
"""Each about something else than all others."""

UNRELATED = (
    "I have to renew my passport before the summer.",
    "The neighbour's dog barked half the night.",
    "Add a pinch of salt to the dough next time.",
    "My knee hurts when I walk down the stairs.",
    "What if the detective is the brother of the thief?",
    "Ask the bank why they charged us twice.",
    "The roses need to be cut back before winter.",
    "She laughed exactly like our grandmother did.",
    "We could paint the kitchen door dark green.",
    "The projector in the lecture hall is broken again.",
    "A slower tempo would suit the second movement.",
    "Sell the old bicycle and the trailer.",
    "He never answers letters before Friday.",
    "The moon looked enormous over the lake tonight.",
    "Put the batteries on the shopping list.",
    "I keep putting off the talk with my manager.",
    "Electric cars lose range when it freezes.",
    "The translation sounds stiff in the third paragraph.",
    "Take the children to the museum of ships.",
    "I dreamed of a house without doors.",
    "The website should load without any scripts.",
    "Honey dissolves better in tea that is not too hot.",
    "Why do birds sing before the sun is up?",
    "The insurance wants photographs of the roof.",
    "Begin the speech with a question to the audience.",
    "There is a draught from the window in the study.",
    "Breathing out longer than in calms me at once.",
    "Our goalkeeper was the best man on the field.",
    "Order new glasses with thinner frames.",
    "The experiment needs a control group of its own size.",
    "Cheap wine gives me a headache.",
    "Someone should write down how the village used to be.",
)
"""Things that people say into a recorder, no two of them about the same."""
