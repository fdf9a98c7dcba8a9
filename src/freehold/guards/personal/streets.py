"""The words by which streets are told, in the languages that put them before, behind or into a name."""

from __future__ import annotations

from freehold.guards.personal.reading import listed

AFTER_NAME = frozenset(
    listed("""
    street st road rd avenue ave av boulevard blvd lane ln drive dr court ct courts square sq place pl terrace
    tce way crescent cres close highway hwy parkway pkwy circle cir trail row mews gardens grove hill parade
    esplanade loop walk alley mall quay rise view green park fields gate
""")
)
"""``12 Baker Street``: a number, one to four words, one of these."""

BEHIND_NAME = frozenset(
    listed("""
    straße strasse str. weg platz allee gasse ring damm ufer utca utcája út útja tér köz u. körút sétány iela
    tänav tn pst puiestee gatve g. pr. ulica cesta trg sokak sokağı caddesi cad. street st st. road rd avenue
    ave drive dr lane terrace terrasse gate gata vei veg plads allé vej straat laan plein tee tie katu park
""")
)
"""``Lange Straße 12``: one or more words, one of these, a number."""

ENDINGS = listed("""
    straße strasse str. weg platz allee gasse gässli damm ufer steig straat laan plein gracht kade singel dijk
    gatan vägen gränd stigen väg gata gate gaten veien veie vegen vei gade vej stræde torvet katu tie kuja polku
    rinne gatu götu stígur vegur braut gerði holti vogur tänav puiestee utca stien vangen vænget bakken plads
    plass tunet vollen vang toften parken byntie
""")
"""``Hauptstraße 12``: one word that ends so, a number."""

BEFORE_NAME = frozenset(
    listed("""
    rue r. avenue av. av boulevard bd bd. place allée chemin impasse quai route cours square faubourg calle c/
    avda avda. avenida plaza paseo camino carrer ronda rambla via v.le viale piazza corso vicolo largo strada
    contrada località rua travessa praça estrada alameda rúa ul. ulica ulice al. os. pl. aleja aleje plac str.
    bulevardul улица ул. проспект пр. пр-т вул. вулиця бул. οδός πλατεία λεωφόρος jalan jl.
""")
)
"""``Rue Lepic 12``, ``12 rue Lepic``: one of these, one to five words, a number before or behind it all."""

LINKS = frozenset(
    listed("""
    de la las los del della delle dei degli da do dos das du des di van von der den le el d' l' y i ob
""")
)
"""Words without a capital that stand inside such names."""

COUNTRIES = listed(
    "Argentina|Australia|Austria|Österreich|Belgium|Belgique|België|Brazil|Brasil|Bulgaria|Canada|"
    "Chile|China|Colombia|Croatia|Hrvatska|Cyprus|Czech Republic|Czechia|Denmark|Danmark|Estonia|"
    "Eesti|Finland|Suomi|France|Germany|Deutschland|Greece|Greenland|Hungary|Magyarország|Iceland|"
    "Ísland|India|Ireland|Israel|Italy|Italia|Japan|Latvia|Liechtenstein|Lithuania|Luxembourg|"
    "Malta|Mexico|México|Netherlands|Nederland|New Zealand|Norway|Norge|Peru|Poland|Polska|"
    "Portugal|Romania|România|Russia|Serbia|Singapore|Slovakia|Slovensko|Slovenia|Slovenija|"
    "South Africa|South Korea|Spain|España|Sweden|Sverige|Switzerland|Schweiz|Suisse|Turkey|"
    "Türkiye|Ukraine|United Kingdom|England|Scotland|Wales|UK|United States|USA|Uruguay|Venezuela",
    "|",
)
"""Names of countries as they end an address, in English and their own languages."""
