"""Rules for the forms that instructions to a model take in texts that others have written.

`FORMS` are English, since that is what is written to models whatever the page's own language; the oldest form has its
rules for twenty languages in `overrides`, and asking for the prompt has some here. Those below `rules.SURE` are hints.
"""

from __future__ import annotations

from collections.abc import Iterator

from freehold.core.finding import Span
from freehold.guards.injection.overrides import OVERRIDES
from freehold.guards.injection.rules import rule, run

_ANSWER = (
    r"(?:response|answer|reply|repl(?:y|ies)|output|message|summary|explanation|elucidation|solution|code|codebase)"
)
_CODE = (
    r"(?:code|script|snippet|excerpt|program|function)(?:[ -](?:snippet|block|section|segment|excerpt|fragment"
    r"|piece))?"
)
_AI = (
    r"(?:ai|a\.i\.|llm|chat ?gpt|gpt(?:-?\d\w*)?|chat ?bot|assistant|(?:large )?language model|ai (?:assistant"
    r"|model|agent|system)"
    r"|copilot|claude|gemini|bard|llama|agent|bot)s?"
)
_PROMPT = (
    r"(?:system|initial|original|hidden|secret|internal|developer|full|entire|complete|exact)?[ -]?"
    r"(?:system (?:prompt|message|instructions?)|prompt|instructions?|pre-?prompt|directives?|guidelines)"
)
_TELL = (
    r"(?:reveal|print|repeat|show|output|tell me|give me|display|leak|disclose|expose|share|dump|recite|write out"
    r"|list"
    r"|summari[sz]e|translate|return|copy|echo|spell out)"
)
_WITHOUT = r"(?:without|no|ignoring|free (?:of|from)|not bound by|not restricted by|unbound by|beyond)"

FORMS = (
    # Who the text speaks to, and as whom.
    rule(
        "addresses-model",
        0.85,
        ("ai", "llm", "assistant", "model", "bot", "gpt", "agent", "claude", "gemini"),
        rf"(?:\b(?:note|message|memo|instructions?|attention|important|notice|reminder"
        rf"|urgent)\b[ ,:!-]{{1,3}}(?:to|for)? ?"
        rf"(?:the|any|all|every)? ?{_AI}\b[^.\n]{{0,40}}[:,!-]"
        rf"|\bif (?:you are|you're|this is being read by|you,? as) (?:an?|the)? ?{_AI}\b"
        rf"|\b{_AI}\b[^.\n]{{0,20}}\b(?:reading|processing|summari[sz]ing|parsing|analy[sz]ing) this\b[^.\n]{{0,40}}"
        r"\b(?:must|should|shall|need to|is to|are to|please)\b)",
    ),
    rule(
        "forged-turn",
        0.9,
        ("<|", "[inst]", "[/inst]", "<<sys>>", "<start_of_turn>", "</s>", "[system]", "<system", "### ", "<im_start"),
        r"<\|(?:im_start|im_end|system|user|assistant|endoftext|end|eot_id|start_header_id|begin_of_text"
        r"|end_header_id)\|>"
        r"|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|\[system\]\(#\w{1,40}\)|</?system(?:[_ -](?:prompt"
        r"|message|instructions?))?>"
        r"|^### ?(?:system|instruction|assistant|response|new task)s?:?\s*$",
    ),
    rule(
        "forged-boundary",
        0.8,
        ("end", "begin", "start", "</"),
        r"</(?:tool_result|tool_response|function_results?|search_results?|context|documents?|passages?|data"
        r"|untrusted\w{0,20})>"
        r"[^<]{0,80}\b(?:now|new|instead|please|you|ignore|system)\b"
        r"|[-=#*%<\[]{3,12} ?(?:end|begin|start)(?: of)?(?: the)? (?:user|system|context|document|passage|prompt"
        r"|instructions?|"
        r"tool|data|ambiguity|conversation|admin|developer)[^\n]{0,40}[-=#*%>\]]{3,12}",
    ),
    rule(
        "claims-system",
        0.7,
        ("system", "admin", "developer", "openai", "anthropic"),
        r"^[\s\[{(*#>\"']{0,6}(?:system|admin(?:istrator)?|developer|root)(?: ?(?:message|note|notice|override"
        r"|update|alert|prompt|instruction))?"
        r"[\])}*\"']{0,4}:[^\n]{0,160}\b(?:you|must|ignore|simulation|instructions?|comply|obey|respond|reply"
        r"|mode|approved|reveal)\b"
        r"|\bapproved by\b[^.\n]{0,24}\b(?:openai|anthropic|google|the developers?)\b",
    ),
    # What it wants the model to be.
    rule(
        "new-orders",
        0.75,
        (
            "new instruction",
            "new task",
            "real task",
            "actual task",
            "updated instruction",
            "new objective",
            "new prompt",
            "new rule",
            "real instruction",
            "additional instruction",
            "important instruction",
        ),
        r"\b(?:your|here (?:are|is)(?: your| the)?|(?:these|this|those) (?:are|is) (?:your|the)) ?"
        r"(?:new|real|actual|updated|true) (?:instructions?|tasks?|objectives?|prompt|rules?|goals?|orders?)\b"
        r"|^\W{0,6}(?:new|updated|real|additional|important) (?:instructions?|task|prompt|rules?"
        r"|orders?)\W{0,3}[:\n]",
    ),
    rule(
        "unbound-persona",
        0.9,
        (
            "dan",
            "do anything now",
            "jailbr",
            "developer mode",
            "unrestricted",
            "unfiltered",
            "uncensored",
            "no rules",
            "restrict",
            "filter",
            "ethic",
            "moral",
            "rules",
            "limit",
            "polic",
            "censor",
            "grey-hat",
            "rogue",
            "evil",
        ),
        r"\bdo anything now\b|\bD\.A\.N\b|\b(?-i:DAN)\b (?:mode|can|is|has|will|does|never|would)\b|\b(?:as|named"
        r"|called|agent|with|like) "
        r"\"?(?:D\.A\.N|(?-i:DAN|Dan))\b[^.\n]{0,4}[.,\"\s]|\b(?:developer|dev|god|sudo|jailbreak|debug"
        r"|maintenance) mode "
        r"(?:is |now |has been )?(?:enabled|activated|on\b)|\byou(?: are|'re| have been) (?:now )?(?:jailbroken"
        r"|unshackled|liberated)\b"
        r"|\b(?:rogue|evil|unrestricted|unfiltered|uncensored|unlimited|amoral) (?:ai|llm|assistant|chat ?bot"
        r"|language model|model|version of)\b"
        rf"|\bai\b[^.\n]{{0,30}}\b{_WITHOUT} (?:any |all |its )?(?:ethics|morals|rules|restrictions|limits"
        rf"|limitations|filters?|polic)",
    ),
    rule(
        "unbound",
        0.7,
        ("rules", "restriction", "ethic", "moral", "filter", "polic", "guideline", "censor", "moderation", "limit"),
        r"\b(?:does not|do not|doesn't|don't|never|not|no longer|can) (?:have to |need to )?(?:follow|obey"
        r"|abide by|adhere to|comply with|bound by"
        r"|restricted by|subject to|override|care about) (?:any|the|its|your|all|such)?[^.\n]{0,24}\b(?:rules"
        r"|restrictions|ethics?|polic(?:y|ies)"
        r"|guidelines|filters?|limitations|moderation|standards)\b"
        r"|\b(?:has|have|with) no (?:ethical|moral|content)[^.\n]{0,24}(?:standards|guidelines|restrictions|rules"
        r"|filters?|limits|limitations)\b"
        r"|\b(?:zero|no) (?:moderation|censorship|content (?:policy|filter\w{0,3}))\b"
        r"|\bno (?:content|ethical|openai) (?:policy|policies|guidelines?) appl",
    ),
    rule(
        "never-refuse",
        0.7,
        ("refuse", "apolog", "disclaimer", "warn", "i can't", "i cannot", "character", "comply"),
        r"\b(?:never|must not|cannot|can't|do not|don't|won't|without ever) (?:ever )?(?:refuse|decline"
        r"|apologi[sz]e|say (?:that )?(?:you|it|he|she) "
        r"(?:can't|cannot|can not)|add (?:any )?(?:disclaimers?|warnings?)|break(?:ing)? character)"
        r"|\bstay in character!|\bmust obey (?:all|every|my|me|any)\b|\byou must comply\b",
    ),
    rule(
        "from-now-on",
        0.6,
        ("from now on", "from this point", "henceforth", "from here on"),
        r"\b(?:from (?:now|this (?:point|moment)|here) on(?:wards?)?|henceforth),? (?:you|your|every|all|only"
        r"|always|respond|reply|answer|act)\b",
    ),
    # What it wants told, and where it wants it sent.
    rule(
        "asks-for-prompt",
        0.85,
        ("prompt", "instruction", "directive", "guideline"),
        rf"\b{_TELL}\b(?: me| us| out| back)?(?: all| all of)? (?:(?:the|your|its) )?(?:previous |above |prior "
        rf"|preceding |initial |given |following )?"
        rf"(?:your {_PROMPT}|system (?:prompt|message|instructions?)|(?:previous|above|prior|preceding|initial"
        rf"|original|hidden|secret) {_PROMPT}"
        rf"|{_PROMPT} (?:above|given|so far|verbatim|you (?:were|have been|got|received)|to me\b|word for word"
        rf"|in (?:bytes|full|base64)|as (?:python|code|json)|formatted))"
        r"|\bwhat (?:is|are|was|were) your (?:system|initial|original|hidden|secret|exact|full) (?:prompt"
        r"|instructions?|message)"
        r"|\b(?:everything|all (?:the )?text|the (?:text|words|sentence)) (?:above|before) (?:this|starting)",
    ),
    rule(
        "asks-for-secret",
        0.75,
        ("password", "secret", "api key", "credential", "token"),
        r"\b(?:reveal|tell me|disclose|give me|leak|show me|spell|output|print|throw|share) (?:\w{1,12} ){0,3}?"
        r"(?:the |your )(?:\w{1,12}['’]?s? ){0,2}?(?:secret(?: (?:word|key|code|phrase|number|password))?"
        r"(?=[\s.?!,;:]{0,3}(?:$|\n|[.?!,;:]|that|you|and|in|as|to me|now|backwards|with))"
        r"|password|passphrase|api keys?|credentials)\b"
        r"|\b(?:told|instructed|asked) (?:you )?(?:not|never) to (?:reveal|tell|share|disclose|say)"
        r"|\bdo not reveal\b[^.\n]{0,40}\b(?:password|secret)",
    ),
    rule(
        "sends-away",
        0.8,
        ("http", "@", "webhook", "www.", "email", "server", "url"),
        r"\b(?:send|forward|post|upload|exfiltrate|e-?mail|transmit|leak|submit|deliver|relay|copy"
        r"|report)\b[^.\n]{0,60}?"
        r"\b(?:conversation|chat (?:history|log)|api[ _]keys?|passwords?|credentials|secrets?|system prompt"
        r"|user(?:'s|s)?(?:'s)? (?:data|e-?mails?|"
        r"messages|files|information|details)|private|confidential|personal (?:data|information|details)"
        r"|bank details|contacts|inbox|environment variables|tokens?)\b"
        r"[^\n]{0,60}?\b(?:to|at|via)\b[^\n]{0,30}?(?:https?://|www\.|[\w.+-]{1,40}@[\w-]{1,40}\.|webhook"
        r"|this (?:url|address|server))",
    ),
    rule(
        "leaking-image",
        0.9,
        ("![",),
        r"!\[[^\]\n]{0,120}\]\(\s?https?://[^)\s]{1,200}[?&/=#](?:[^)\s]{0,80}(?:\{|%7b|<|\$|\[)"
        r"|(?:[^)\s]{0,60}[?&])?(?:data|q|secret|prompt|chat|history|"
        r"conversation|summary|leak|exfil|stolen|payload|context)=)",
    ),
    rule(
        "calls-tool",
        0.45,
        ("tool", "function", "call", "invoke", "run", "execute"),
        r"\b(?:you (?:must|should|need to|have to|are (?:required|to))|please|now|immediately|first|then"
        r"|instead),? (?:immediately |now |also |silently |first )?"
        r"(?:call|invoke|use|execute|run|trigger) (?:the )?[`\"']?(?:[a-z]{2,24}[_.][a-z_.]{2,40}"
        r"|[\w-]{2,30}[`\"']? (?:tool|function|api|plugin))\b",
    ),
    rule(
        "keeps-quiet",
        0.75,
        ("user", "mention", "tell", "anyone", "silent", "secret"),
        r"\b(?:do not|don't|never|without) (?:tell(?:ing)?|inform(?:ing)?|alert(?:ing)?|notify(?:ing)?"
        r"|mention(?:ing)?(?: (?:this|it|that))?(?: to)?|reveal(?:ing)?"
        r"(?: (?:this|it))?(?: to)?|ask(?:ing)?|let(?:ting)?) (?:the |any )?(?:user|human|person|customer|reader"
        r"|operator)s?\b"
        r"|\bdo not (?:mention|reveal|disclose|acknowledge) (?:this|these|that) (?:instructions?|message|note"
        r"|text|prompt|request)",
    ),
    # What it wants the answer to be.
    rule(
        "steers-answer",
        0.45,
        (
            "your response",
            "your answer",
            "your reply",
            "your output",
            "your message",
            "your replies",
            "your summary",
            "your next",
        ),
        r"(?:^|[.!?:;,\n]\s{0,3}|\b(?:please|then|also|must|should|always|and|can you|could you|instead) )(?:add"
        r"|include|append|insert|integrate|embed|weave|encode"
        r"|encrypt|encipher|translate|render|reverse|write|invert|prepend|prefix|begin|start|end|finish|conclude"
        r"|close|replace|convert|express|modify|augment|alter"
        r"|enhance|supplement|sprinkle|mention|promote|recommend|put|slip|work|place|attach|shift|scramble"
        r"|obfuscate|rewrite|format|transform|spell|use|employ|apply|"
        r"provide|give|deliver|display|present|produce|mix|swap|substitute|incorporate|tuck|drop)"
        rf"\b(?:[^.\n]|\.(?=\S)){{0,160}}?\byour (?:next |entire |whole |final |own )?{_ANSWER}s?\b"
        rf"|\b(?:in|within|into|to|throughout|of|for|with|at the (?:end|start|beginning) of) your (?:next "
        rf"|final )?{_ANSWER}\b,? (?:please )?(?:add|include|mention|"
        r"suggest|insert|append|refer|hint|promote|recommend|say|state|claim|use)\b"
        r"|^\W{0,3}(?:please )?(?:reply|respond|answer)(?: only| solely)? (?:in|using|with|by|backwards?|as)\b",
    ),
    rule(
        "plants-code",
        0.45,
        ("snippet", "code", "excerpt", "script"),
        rf"\b(?:following|below|subsequent|succeeding|ensuing|given|next|accompanying"
        rf"|attached) (?:[a-z]{{2,12}} )?{_CODE}\b[^\n]{{0,120}}?"
        r"\b(?:in|into|to|within|throughout|of|for|your)\b[^\n]{0,60}?\b(?:your|you) ?(?:[a-z-]{2,16} ){0,3}?"
        r"(?:code ?base|code|response|answer|solution|implementation|algorithm|program|project|develop"
        r"|elucidation|explanation|output|reply|script|software|logic|system)"
        rf"|\byour (?:[a-z]{{2,16}} ){{0,3}}?(?:code ?base|code|response|answer|solution|implementation|algorithm"
        rf"|program|elucidation|explanation)(?:'s [a-z]{{3,16}})?\b[^\n]{{0,90}}?"
        rf"\b(?:following|below|subsequent|succeeding|ensuing) (?:[a-z]{{2,12}} )?{_CODE}\b",
    ),
)

PROMPT_WORDS = (
    rule(
        "asks-for-prompt-abroad",
        0.85,
        ("prompt", "промпт", "提示", "プロンプト", "프롬프트", "指令", "anweisung", "instruccion", "instructions"),
        r"(?:zeige?|nenne|verrate|gib|wiederhole|drucke)\b[^.\n]{0,30}\b(?:system-?prompt"
        r"|deine\w{0,2} (?:ursprünglichen |geheimen )?(?:anweisungen|instruktionen))"
        r"|(?:montre|affiche|révèle|répète|donne)\w{0,3}(?:[- ]moi)?\b[^.\n]{0,30}\b(?:prompt (?:système|initial)"
        r"|tes (?:instructions|consignes))"
        r"|(?:muestra|revela|repite|imprime|dime)\w{0,4}\b[^.\n]{0,30}\b(?:prompt (?:del sistema|inicial)"
        r"|tus instrucciones)"
        r"|(?:mostra|rivela|ripeti|stampa)\w{0,3}\b[^.\n]{0,30}\b(?:prompt di sistema|le tue istruzioni)"
        r"|(?:покажи|выведи|раскрой|повтори|назови)(?:те)?[^.\n]{0,30}(?:системн\w{0,4} (?:промпт|инструкц)"
        r"|сво[ий]\w? инструкц)"
        r"|(?:显示|顯示|透露|输出|輸出|重复|重複|告诉我|告訴我|打印|泄露|复述)[^。\n]{0,12}(?:系统提示|系統提示|提示词|提示詞|初始指令|系统指令|你的指令|你的提示)"
        r"|(?:システムプロンプト|初期指示|あなたへの指示)[^。\n]{0,10}(?:表示|教え|出力|見せ|開示)"
        r"|(?:시스템 ?프롬프트|초기 지시)[^.\n]{0,12}(?:보여|출력|알려|공개)",
    ),
)

RULES = (*OVERRIDES, *FORMS, *PROMPT_WORDS)
NAMES = tuple(each.name for each in RULES)


def find(text: str) -> Iterator[Span]:
    """Every form that a text has, hints among them, in the text's own characters."""
    return run(RULES, text)
