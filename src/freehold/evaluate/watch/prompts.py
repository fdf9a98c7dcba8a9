"""The prompts that canaries ask: short, public, about nothing of anybody's, with answers that a model settles into.

Some have one right answer, some leave room: a model that was exchanged shows in wording long before it shows in facts.
They are part of Freehold, so that every installation asks the same; a change of one begins its comparison anew.
"""

from __future__ import annotations

PROMPTS = (
    "Name three rivers of Europe, one on each line.",
    "Explain in two sentences why the sky is blue.",
    "What is 17 times 23? Answer with the number alone.",
    "Write a sentence that holds the words 'lantern', 'river' and 'almost'.",
    "Translate into French: The library opens at nine.",
    "List the first five prime numbers greater than 50, with commas between them.",
    "Give a one-line definition of 'entropy' for a child.",
    "Which is heavier, a kilogram of iron or a kilogram of feathers? Say why in one sentence.",
    "Write a Python function that returns the reverse of a string. Give the code alone.",
    "Continue this sequence with three more terms: 2, 3, 5, 8, 13.",
    "Summarise in one sentence: A farmer sold his cow for beans, the beans grew, and he climbed into the clouds.",
    "Name a fruit that is not sweet, and say in one sentence how it is eaten.",
    "Give an example of a sentence in the passive voice, then the same sentence in the active voice.",
    "What does the regular expression ^a+b?$ match? Answer in one sentence.",
    "Suggest a name for a small bakery by the sea, and say nothing else.",
    "Is the statement 'all squares are rectangles' true? Answer yes or no, then give the reason in one sentence.",
    "Write a haiku about a train at night.",
    "Convert 68 degrees Fahrenheit to degrees Celsius. Answer with the number alone.",
    "Give a polite one-sentence answer to: Could you send me the report by Friday?",
    'Answer with a JSON object with the keys "city" and "country" for the capital of Portugal, and nothing else.',
    "Which of these words is the odd one out: copper, silver, oxygen, gold? Say why in a few words.",
    "Sort these words by the alphabet: pear, apple, plum, cherry.",
    "Describe a circle without using the word 'round', in one sentence.",
    "What comes after Thursday? Answer with one word.",
)
