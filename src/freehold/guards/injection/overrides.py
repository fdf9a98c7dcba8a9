"""Rules for the oldest form of all, "ignore your previous instructions", in the languages people write it in.

Each row says how a language commands to disregard (`verbs`), what (`nouns`), and the words between that tell a model's
instructions from a machine's manual: earlier ones, all of them, yours. Without such a word nothing is found, so that
"ignore the instructions on the label" stands.
"""

from __future__ import annotations

import re

import msgspec

from freehold.guards.injection.rules import Rule

_SURE = 0.95


class Language(msgspec.Struct, frozen=True):
    """The words of one language, as alternatives of a pattern.

    `verb_last`: the verb follows what is to be ignored. `spaced`: gaps are counted in words; otherwise in characters,
    where words do not stand apart or carry endings.
    """

    code: str
    verbs: str
    which: str
    nouns: str
    verb_last: bool = False
    spaced: bool = True


LANGUAGES = (
    Language(
        "en",
        r"ignor(?:e|ing)|disregard(?:ing)?|forget(?: about)?|neglect|overrid(?:e|ing)|overrule|discard|bypass"
        r"|(?:do not|don['’]?t|never|stop) (?:follow(?:ing)?|obey(?:ing)?|listen(?:ing)? to|adher(?:e|ing) to"
        r"|pay(?:ing)? "
        r"attention to)|pay no (?:attention|heed) to|(?:in)?validate|cancel|erase|abandon|drop|forgotten"
        r"|supersede[sd]?",
        r"previous(?:ly)?|prior|preceding|earlier|above|foregoing|former|past|original|initial|existing|current|your"
        r"|system(?:'s)?|developer(?:'s)?|all|any|every|everything|you (?:were|are|have been|had been|got"
        r"|received)|before",
        r"instructions?|instructed|prompts?|directions?|directives?|orders?|rules|guidelines?|commands?|programming"
        r"|restrictions?|constraints?|guardrails?|safeguards?|told|training|context|conversations?|policies",
    ),
    Language(
        "de",
        r"ignorier(?:e|en|t)?|vergiss|vergesst|vergessen|missachte[nt]?|übergehe?n?|verwirf|verwerfen|überschreibe?n?"
        r"|(?:beachte|befolge|folge)n?(?: sie)? (?:nicht|keine)|(?:beachte|befolge)n?",
        r"vorherige[nrsm]?|bisherige[nrsm]?|obige[nrsm]?|frühere[nrsm]?|vorangegangene[nrsm]?"
        r"|ursprüngliche[nrsm]?|alle[rsnm]?"
        r"|deine[nrsm]?|ihre[nrsm]?|sämtliche[nr]?|vorige[nrsm]?|zuvor",
        r"anweisung(?:en)?|instruktion(?:en)?|befehle?n?|regeln|vorgaben?|aufforderung(?:en)?|richtlinien"
        r"|prompts?|aufträge",
    ),
    Language(
        "fr",
        r"ignore[zr]?|ignorons|oublie[zr]?|néglige[zr]?|ne (?:tiens|tenez) (?:pas|plus|aucun) compte|fais abstraction"
        r"|faites abstraction|ne (?:suis|suivez|respecte[zr]?) (?:pas|plus)|passe[zr]? outre|écarte[zr]?",
        r"précédent[es]*|antérieur[es]*|ci-dessus|préalables?|tou(?:te)?s|tes|vos|initiales?|initiaux|reçues?"
        r"|données|d'avant"
        r"|du système|du développeur",
        r"instructions?|consignes?|directives?|ordres?|règles?|commandes?|prompts?|recommandations",
    ),
    Language(
        "es",
        r"ignor(?:a|e|ar|en|ad)|olvid(?:a|e|ar|en|ad|ate|ese)|descart(?:a|e|ar|en)|desestim(?:a|e|ar)|(?:haz|haga"
        r"|hagan) caso omiso"
        r"|no (?:sigas|siga|obedezcas|obedezca|hagas caso)|omit(?:e|a|ir)|pasa por alto",
        r"anterior(?:es)?|previ[ao]s?|precedentes?|tod[ao]s?|tus|sus|iniciales|originales|arriba|hasta ahora"
        r"|del sistema"
        r"|recibid[ao]s",
        r"instrucci(?:ón|ones)|indicaci(?:ón|ones)|órdenes|orden|reglas|directrices|comandos?|prompts?|restricciones",
    ),
    Language(
        "it",
        r"ignor(?:a|ate|i|are)|dimentica(?:te|re)?|trascura(?:te|re)?|tralascia|non (?:seguire|seguite"
        r"|considerare)|scarta",
        r"precedent[ei]|tutt[ei]|tue|vostre|sue|iniziali|originali|sopra|finora|del sistema|ricevut[ei]",
        r"istruzion[ei]|indicazion[ei]|ordini|regole|direttive|comand[oi]|prompt",
    ),
    Language(
        "pt",
        r"ignor(?:e|a|ar|em)|esqueç(?:a|am)|esquece|desconsider(?:e|a|ar|em)|desprez(?:e|a)|não (?:siga|obedeça"
        r"|sigas)",
        r"anterior(?:es)?|prévi[ao]s?|tod[ao]s|suas?|seus|tuas|iniciais|originais|acima|do sistema|recebid[ao]s",
        r"instruç(?:ão|ões)|ordens|regras|diretrizes|directrizes|comandos?|prompts?|orientações",
    ),
    Language(
        "nl",
        r"negeer|negeren|vergeet|vergeten|sla|volg|neem",
        r"vorige|eerdere|voorgaande|bovenstaande|alle|je|jouw|uw|oorspronkelijke|van het systeem",
        r"instructies?|opdrachten|aanwijzingen|regels|richtlijnen|prompts?|bevelen",
    ),
    Language(
        "sv",
        r"ignorera|bortse från|glöm|ignorer|glem|se bort fra|strunta i",
        r"tidigare|föregående|ovanstående|alla|dina|tidligere|forrige|alle|dine|ovenstående|foregående",
        r"instruktioner(?:na)?|anvisningar|regler(?:na)?|order|instrukser|instruksjoner|retningslinjer"
        r"|anvisninger|riktlinjer",
    ),
    Language(
        "pl",
        r"z?ignoruj(?:cie)?|zapomnij(?:cie)?|pomiń(?:cie)?|nie (?:przestrzegaj|słuchaj|wykonuj)|odrzuć",
        r"poprzedni\w*|wcześniejsz\w*|powyższ\w*|wszystki\w*|swoi\w*|twoi\w*|dotychczasow\w*|o wszystkich",
        r"instrukcj\w*|polece\w*|zasad\w*|wytyczn\w*|rozkaz\w*|poleceni\w*|reguł\w*",
    ),
    Language(
        "cs",
        r"ignoruj(?:te)?|zapomeň(?:te)?|nedbej(?:te)?|neřiď(?:te)? se|zabudni(?:te)?",
        r"předchoz\w*|dřívějš\w*|výše|všechn\w*|své|svoje|tvoje|předešl\w*|predchádzajúc\w*|všetk\w*",
        r"instrukc\w*|pokyn\w*|příkaz\w*|pravid\w*|príkaz\w*|inštrukci\w*",
    ),
    Language(
        "ru",
        r"(?:про)?игнорируй(?:те)?|игнорировать|забудь(?:те)?|забыть|не (?:обращай(?:те)? внимания на"
        r"|следуй(?:те)?|выполняй(?:те)?"
        r"|слушай(?:те)?)|отбрось(?:те)?|отмени(?:те)?|пренебреги(?:те)?",
        r"предыдущ\w*|прежн\w*|прошл\w*|вышеуказанн\w*|вышесказанн\w*|вс[её]х?|всеми?|сво[ийюея]\w*|тво[ийюея]\w*"
        r"|ваш\w*|ранее|выше"
        r"|системн\w*|данн\w*|первоначальн\w*",
        r"инструкци\w*|указани\w*|команд\w*|правил\w*|распоряжени\w*|приказ\w*|директив\w*|промпт\w*|предписани\w*",
    ),
    Language(
        "uk",
        r"(?:про)?ігноруй(?:те)?|ігнорувати|забудь(?:те)?|не (?:звертай(?:те)? уваги на|виконуй(?:те)?)"
        r"|відкинь(?:те)?",
        r"попередн\w*|минул\w*|вищезазначен\w*|вс[іеі]\w*|усі|сво[їє]\w*|тво[їє]\w*|ваш\w*|раніше|системн\w*",
        r"інструкці\w*|вказівк\w*|вказівок|команд\w*|правил\w*|наказ\w*|директив\w*|розпоряджен\w*",
    ),
    Language(
        "tr",
        r"yok say\w*|görmezden gel\w*|unut\w*|dikkate alma\w*|göz ardı et\w*|uyma\w*|boş ver\w*",
        r"önceki|yukarıdaki|tüm|bütün|daha önceki|sana verilen|mevcut|eski",
        r"talimat\w*|yönerge\w*|komut\w*|kural\w*|emir\w*|emri\w*|istem\w*",
        verb_last=True,
    ),
    Language(
        "ar",
        r"تجاهل\w*|انس\w*|لا تتبع|أهمل\w*|تغاض\w*",
        r"السابق\w*|جميع|كل|أعلاه|الأصلي\w*|كافة|هذه",
        r"(?:ال)?تعليمات\w*|(?:ال)?أوامر|(?:ال)?قواعد|(?:ال)?توجيهات|(?:ال)?إرشادات",
    ),
    Language(
        "id",
        r"abaikan|lupakan|jangan (?:ikuti|patuhi|hiraukan)",
        r"sebelumnya|semua|seluruh|di atas|terdahulu|segala|asli",
        r"instruksi|perintah|aturan|petunjuk|arahan|pedoman",
    ),
    Language(
        "vi",
        r"bỏ qua|phớt lờ|quên|đừng (?:làm theo|tuân theo)|không (?:làm theo|tuân theo)",
        r"trước(?: đó| đây)?|tất cả|mọi|toàn bộ|ở trên|phía trên|ban đầu|các",
        r"hướng dẫn|chỉ dẫn|lệnh|quy tắc|chỉ thị|yêu cầu",
    ),
    Language(
        "hi",
        r"अनदेखा|अनदेखी|भूल|नज़रअंदाज़|नजरअंदाज|उपेक्षा|मत मानो",
        r"पिछले|पिछली|पहले|सभी|ऊपर|पूर्व|अपने|सारे",
        r"निर्देश|आदेश|नियम|हिदायत",
        verb_last=True,
        # Its vowel signs are no letters to Python's patterns, which would see an end of a word within one.
        spaced=False,
    ),
    Language(
        "ko",
        r"무시|잊어|잊으|잊고|따르지|따르지마|어기",
        r"이전|위의|앞의|앞선|모든|기존|지금까지|원래",
        r"지시|명령|지침|규칙|프롬프트",
        verb_last=True,
        spaced=False,
    ),
    Language(
        "zh",
        r"忽略|無視|无视|忘记|忘記|忘掉|不要理会|不要理會|不理会|不理會|别管|別管|不要遵循|不要遵守|不要遵从|抛弃|拋棄|跳过|跳過|撤销|绕过|繞過"
        r"|违反|違反|不用管|不必理会",
        r"之前|以上|上面|前面|先前|此前|所有|全部|一切|上述|你的|您的|系统|系統|原有|原来|原來|任何|刚才|剛才|早前",
        r"指令|指示|说明|說明|提示|命令|规则|規則|要求|约束|約束|限制|设定|設定|规定|規定|指引|准则|對話|对话",
        spaced=False,
    ),
    Language(
        "ja",
        r"無視|忘れ|従わない|従うな|破棄|無効に",
        r"これまで|以前|上記|前の|先ほど|すべて|全て|全部|あらゆる|元の|あなたの|今まで|システム",
        r"指示|命令|ルール|プロンプト|規則|指令|設定|制約|ガイドライン",
        verb_last=True,
        spaced=False,
    ),
)

_WORDS = r"(?:[\s,:;'\"“”«»\-–()]{1,3}[^\s,:;.!?]{1,24}){0,%d}?[\s,:;'\"“”«»\-–()]{1,3}"
"""A gap of so many words, within one sentence."""


def _pattern(each: Language) -> str:
    verbs, which, nouns = f"(?:{each.verbs})", f"(?:{each.which})", f"(?:{each.nouns})"
    if not each.spaced:
        gap = r"[^\n。！？.!?]{0,14}?"
        return gap.join((which, nouns, verbs) if each.verb_last else (verbs, which, nouns))
    verbs, which, nouns = rf"\b{verbs}", rf"\b{which}\b", rf"\b{nouns}\b"
    near, far = _WORDS % 3, _WORDS % 4
    if each.verb_last:
        return which + near + nouns + near + verbs
    # What tells them apart stands before the noun in most languages ("previous orders"), after it in some.
    return verbs + near + rf"(?:{which}{far}{nouns}|{nouns}{near}{which})"


def _needles(alternatives: str) -> tuple[str, ...]:
    """The stems that these words begin with: their letters up to the first that may be others, or absent."""
    plain = alternatives.replace("(?:ال)?", "")
    stems = (re.match(r"[^(\[\\?.|]*", word) for word in _at_the_top(plain))
    found = (stem[0][:-1] if stem.string[stem.end() : stem.end() + 1] == "?" else stem[0] for stem in stems if stem)
    return tuple(dict.fromkeys(each.lower() for each in found if each))


def _at_the_top(pattern: str) -> list[str]:
    """The alternatives of a pattern, those within its groups left where they are."""
    found, depth = [""], 0
    for letter in pattern:
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return found


def _rule(each: Language) -> Rule:
    pattern = re.compile(_pattern(each), re.IGNORECASE)
    return Rule(f"override-{each.code}", _SURE, _needles(each.nouns), pattern)


OVERRIDES = tuple(_rule(each) for each in LANGUAGES)
