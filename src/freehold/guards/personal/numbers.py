"""The numbers by which states know people: how each is written, what checks it, and which words stand beside it.

Forms and check digits are those of python-stdnum's modules, each of which names its official source.
"""

from __future__ import annotations

import msgspec


class Number(msgspec.Struct, frozen=True, eq=False):
    """One number. In a layout ``9`` is a digit, ``A`` a letter, ``#`` either; a space stands for a space, dot or dash.

    `layouts` says how sure the number is when written so with no word beside it; 0: then it is not taken for one.
    """

    rule: str
    kind: str
    check: str
    """The module below ``stdnum`` whose `validate` decides; empty where the form is all there is."""
    layouts: dict[str, float]
    words: str
    """What it is called by those who write it, in lower case, divided by ``|``."""
    known: float = 0.95
    """How sure it is with one of its words beside it."""
    form: str = ""
    """A regular expression that its letters and digits match, where no module knows it."""

    @property
    def country(self) -> str:
        """ISO 3166-1, alpha-2."""
        return self.rule[:2].upper()


ANY = (
    "national id|national identification number|national insurance|identity number|identity card|personal id|"
    "personal number|id number|id no|social security|ssn"
)
"""Words that fit whatever number of a person."""
TAX = "tax id|tax number|tax no|tin|taxpayer|taxpayer number|tax identification number|vat number|vat no"
"""Words that fit whatever tax number. A tax alone stands in every invoice, beside numbers of other things."""

NUMBERS: tuple[Number, ...] = (
    Number("us-ssn", "ssn", "us.ssn", {"999-99-9999": 0.8, "999 99 9999": 0.5, "999999999": 0},
           "ssn|social|social security|social sec"),
    Number("us-ssn-stated", "ssn", "", {"999-99-9999": 0, "999 99 9999": 0},
           "ssn|social security|social security number|social sec", 0.9),
    Number("us-itin", "tax-id", "us.itin", {"999-99-9999": 0.7, "999999999": 0}, "itin"),
    Number("us-ein", "tax-id", "us.ein", {"99-9999999": 0}, "ein|employer identification|employer id|fein"),
    Number("ca-sin", "national-id", "ca.sin", {"999 999 999": 0, "999999999": 0},
           "sin|social insurance|nas|assurance sociale"),
    Number("gb-nino", "national-id", "", {"AA 99 99 99 A": 0.8, "AA999999A": 0.7, "AA 999999 A": 0.7},
           "nino|ni number|ni no|"
           "insurance", form="(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]"),
    Number("gb-nhs", "national-id", "gb.nhs", {"999 999 9999": 0, "9999999999": 0}, "nhs|nhs number|nhs no"),
    Number("gb-utr", "tax-id", "gb.utr", {"9999999999": 0, "99999 99999": 0},
           "utr|unique taxpayer reference|tax reference"),
    Number("ie-pps", "national-id", "ie.pps", {"9999999A": 0.5, "9999999AA": 0.5, "9999999 A": 0, "9999999 AA": 0},
           "pps|ppsn|pps number"),
    Number("de-idnr", "tax-id", "de.idnr", {"99 999 999 999": 0.6, "99999999999": 0},
           "idnr|steuer id|steuerid|steuernummer|steueridentifikationsnummer|identifikationsnummer|tin|idnr"),
    Number("de-stnr", "tax-id", "de.stnr", {"99/999/99999": 0, "999/999/99999": 0, "999/9999/9999": 0,
               "999/999/9999 9": 0, "9999999999999": 0},
           "steuernummer|steuernr|st nr|stnr|steuer nr"),
    Number("at-vnr", "national-id", "at.vnr", {"9999 999999": 0.6, "9999999999": 0},
           "svnr|sv nummer|versicherungsnummer|sozialversicherungsnummer"),
    Number("at-tin", "tax-id", "at.tin", {"99-999/9999": 0.8, "999999999": 0}, "steuernummer|abgabenkontonummer"),
    Number("ch-ahv", "national-id", "ch.ssn", {"999.9999.9999.99": 0.95, "999 9999 9999 99": 0.9, "9999999999999": 0.7},
           "ahv|avs|ahvn13|ahv nummer"),
    Number("fr-nir", "national-id", "fr.nir", {"9 99 99 99 999 999 99": 0.95, "9 99 99 99 999 999": 0,
               "999999999999999": 0.85, "999999A99999999": 0.85, "9 99 99 9A 999 999 99": 0.95},
           "nir|sécurité sociale|insee|secu|sécu|numéro de sécurité sociale"),
    Number("fr-nif", "tax-id", "fr.nif", {"9999999999999": 0, "99 99 999 999 999": 0}, "numéro fiscal|spi|nif"),
    Number("it-cf", "tax-id", "it.codicefiscale", {"AAAAAA##A##A###A": 0.95, "AAA AAA ##A## A###A": 0.95},
           "codice fiscale|cf"),
    Number("it-iva", "tax-id", "it.iva", {"99999999999": 0}, "partita iva|p iva|iva"),
    Number("es-dni", "national-id", "es.dni", {"99999999A": 0.5, "99999999-A": 0.7, "99999999 A": 0,
               "99.999.999-A": 0.85},
           "dni|nif|documento nacional de identidad"),
    Number("es-nie", "national-id", "es.nie", {"A9999999A": 0.6, "A-9999999-A": 0.8, "A-9999999A": 0.7},
           "nie|extranjero|nif"),
    Number("pt-nif", "tax-id", "pt.nif", {"999 999 999": 0, "999999999": 0},
           "nif|contribuinte|número de contribuinte|número fiscal"),
    Number("pt-cc", "national-id", "pt.cc", {"99999999 9 AA9": 0.9, "999999999AA9": 0.8},
           "cartão de cidadão|bilhete de identidade|cc"),
    Number("nl-bsn", "national-id", "nl.bsn", {"999999999": 0, "9999 99 999": 0, "999 999 999": 0},
           "bsn|burgerservicenummer|sofinummer|sofi nummer|bsn nummer"),
    Number("be-nn", "national-id", "be.nn", {"99.99.99-999.99": 0.95, "99.99.99-999 99": 0.95,
               "99 99 99 999 99": 0.8, "99999999999": 0.5},
           "rijksregisternummer|numéro national|registre national|rrn|nn|insz|niss"),
    Number("dk-cpr", "national-id", "dk.cpr", {"999999-9999": 0.5, "9999999999": 0},
           "cpr|cpr nummer|cpr nr|personnummer"),
    Number("se-pnr", "national-id", "se.personnummer", {"999999-9999": 0.75, "99999999-9999": 0.85,
               "999999999999": 0.5, "9999999999": 0, "999999+9999": 0.8},
           "personnummer|pnr|person nr|samordningsnummer"),
    Number("no-fnr", "national-id", "no.fodselsnummer", {"99999999999": 0.5, "999999 99999": 0.85},
           "fødselsnummer|fodselsnummer|personnummer|fnr"),
    Number("fi-hetu", "national-id", "fi.hetu", {"999999-999#": 0.9, "999999A999#": 0.9, "999999+999#": 0.9},
           "hetu|henkilötunnus|sotu"),
    Number("is-kt", "national-id", "is_.kennitala", {"999999-9999": 0.7, "9999999999": 0}, "kennitala|kt"),
    Number("pl-pesel", "national-id", "pl.pesel", {"99999999999": 0}, "pesel|nr pesel|numer pesel"),
    Number("pl-nip", "tax-id", "pl.nip", {"999-999-99-99": 0.8, "999-99-99-999": 0.8, "9999999999": 0}, "nip"),
    Number("cz-rc", "national-id", "cz.rc", {"999999/9999": 0.85, "999999/999": 0.6, "9999999999": 0},
           "rodné číslo|rodne cislo|r č|rč|birth number"),
    Number("sk-rc", "national-id", "sk.rc", {"999999/9999": 0.85, "9999999999": 0}, "rodné číslo|rodne cislo|r č|rč"),
    Number("ro-cnp", "national-id", "ro.cnp", {"9999999999999": 0.5}, "cnp|cod numeric personal"),
    Number("bg-egn", "national-id", "bg.egn", {"9999999999": 0}, "егн|egn|единен граждански номер"),
    Number("gr-amka", "national-id", "gr.amka", {"99999999999": 0}, "αμκα|amka|α μ κ α"),
    Number("hr-oib", "national-id", "hr.oib", {"99999999999": 0}, "oib|osobni identifikacijski broj"),
    Number("si-emso", "national-id", "si.emso", {"9999999999999": 0},
           "emšo|emso|jmbg|matični broj|матични број|јмбг"),
    Number("lt-ak", "national-id", "lt.asmens", {"99999999999": 0}, "asmens kodas|asmens koda|a k"),
    Number("lv-pk", "national-id", "lv.pvn", {"999999-99999": 0.7, "99999999999": 0}, "personas kods|personas kodu"),
    Number("ee-ik", "national-id", "ee.ik", {"99999999999": 0}, "isikukood|isikukoodi"),
    Number("tr-tckn", "national-id", "tr.tckimlik", {"99999999999": 0}, "tc kimlik|kimlik|tckn|t c|kimlik no|tc"),
    Number("ua-rntrc", "tax-id", "ua.rntrc", {"9999999999": 0},
           "рнокпп|іпн|ідентифікаційний код|ідентифікаційний номер|rntrc"),
    Number("ru-inn", "tax-id", "ru.inn", {"999999999999": 0, "9999999999": 0}, "инн|inn"),
    Number("il-id", "national-id", "il.idnr", {"999999999": 0, "99999999-9": 0},
           "teudat zehut|תעודת זהות|ת ז|mispar zehut"),
    Number("za-id", "national-id", "za.idnr", {"9999999999999": 0.5, "999999 9999 999": 0.8},
           "id number|identity number|rsa id|sa id"),
    Number("in-aadhaar", "national-id", "in_.aadhaar", {"9999 9999 9999": 0, "999999999999": 0},
           "aadhaar|aadhar|uidai|uid|आधार"),
    Number("in-pan", "tax-id", "in_.pan", {"AAAAA9999A": 0.6}, "pan|pan card|permanent account number"),
    Number("pk-cnic", "national-id", "pk.cnic", {"99999-9999999-9": 0.8, "9999999999999": 0}, "cnic|nadra|nicop"),
    Number("cn-ric", "national-id", "cn.ric", {"99999999999999999#": 0.9}, "身份证|身份證|居民身份证|sfz"),
    Number("kr-rrn", "national-id", "kr.rrn", {"999999-9999999": 0.85, "9999999999999": 0},
           "주민등록번호|rrn|resident registration"),
    Number("jp-mynumber", "national-id", "jp.in_", {"9999 9999 9999": 0, "999999999999": 0},
           "マイナンバー|個人番号|my number"),
    Number("th-pin", "national-id", "th.pin", {"9-9999-99999-99-9": 0.85, "9999999999999": 0},
           "บัตรประชาชน|เลขประจำตัวประชาชน|thai id"),
    Number("my-nric", "national-id", "my.nric", {"999999-99-9999": 0.7, "999999999999": 0},
           "mykad|nric|ic no|ic number|kad pengenalan|no kp"),
    Number("id-nik", "national-id", "id.nik", {"9999999999999999": 0}, "nik|ktp|nomor induk kependudukan"),
    Number("id-npwp", "tax-id", "id.npwp", {"99.999.999.9-999.999": 0.9, "999999999999999": 0}, "npwp"),
    Number("vn-mst", "tax-id", "vn.mst", {"9999999999": 0}, "mã số thuế|mst"),
    Number("br-cpf", "tax-id", "br.cpf", {"999.999.999-99": 0.95, "999 999 999 99": 0.6, "99999999999": 0}, "cpf"),
    Number("mx-curp", "national-id", "mx.curp", {"AAAA999999AAAAAA#9": 0.95}, "curp"),
    Number("mx-rfc", "tax-id", "mx.rfc", {"AAAA999999###": 0.75, "AAAA 999999 ###": 0.75}, "rfc"),
    Number("ar-cuit", "tax-id", "ar.cuit", {"99-99999999-9": 0.85, "99999999999": 0}, "cuit|cuil"),
    Number("ar-dni", "national-id", "ar.dni", {"99.999.999": 0, "99999999": 0}, "dni|documento"),
    Number("cl-rut", "national-id", "cl.rut", {"99.999.999-#": 0.9, "9.999.999-#": 0.9, "99999999-#": 0.6}, "rut|run"),
    Number("co-nit", "tax-id", "co.nit", {"999.999.999-9": 0.8, "999999999-9": 0}, "nit"),
    Number("pe-ruc", "tax-id", "pe.ruc", {"99999999999": 0}, "ruc"),
    Number("ec-ci", "national-id", "ec.ci", {"9999999999": 0, "999999999-9": 0}, "cédula|cedula|ci"),
    Number("uy-rut", "tax-id", "uy.rut", {"999999999999": 0, "99 999999 999 9": 0.8}, "rut"),
    Number("py-ruc", "tax-id", "py.ruc", {"99999999-9": 0, "9999999-9": 0}, "ruc"),
    Number("ve-rif", "tax-id", "ve.rif", {"A-99999999-9": 0.8, "A999999999": 0}, "rif"),
    Number("do-cedula", "national-id", "do.cedula", {"999-9999999-9": 0.7, "99999999999": 0}, "cédula|cedula"),
    Number("cr-cpf", "national-id", "cr.cpf", {"9-9999-9999": 0, "99-9999-9999": 0}, "cédula|cedula"),
    Number("cu-ni", "national-id", "cu.ni", {"99999999999": 0}, "carnet de identidad|carné de identidad"),
    Number("gt-nit", "tax-id", "gt.nit", {"9999999-#": 0, "99999999-#": 0}, "nit"),
    Number("au-tfn", "tax-id", "au.tfn", {"999 999 999": 0, "999999999": 0}, "tfn|tax file number|tax file"),
    Number("nz-ird", "tax-id", "nz.ird", {"99-999-999": 0, "999-999-999": 0, "9999999-9": 0, "99999999-9": 0,
               "99999999": 0, "999999999": 0},
           "ird|ird number"),
    Number("ke-pin", "tax-id", "ke.pin", {"A999999999A": 0.6}, "kra|kra pin|pin"),
    Number("eg-tn", "tax-id", "eg.tn", {"999-999-999": 0, "999999999": 0}, "الرقم الضريبي|التسجيل الضريبي"),
    Number("mu-nid", "national-id", "mu.nid", {"A999999999999A": 0.6, "A9999999999999A": 0.6, "A999999999999#": 0.6},
           "nid"),
)  # fmt: skip
"""Every number that is known. Those with a weak check, or none, are taken for one only beside one of their words."""
