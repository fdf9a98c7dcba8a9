"""Values are found by the names that they are given; what is no value is left alone."""

from __future__ import annotations

import pytest

from freehold.guards.secrets.assignments import assigned

PASSWORD = "q8Zp" + "2Lw9"
HEX = "4f1c9a7be2d0" + "35864f1c9a7be2d03586"


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in assigned(text)]


@pytest.mark.parametrize(
    "form",
    [
        'password = "{}"',
        "password='{}'",
        'PASSWORD: str = "{}"',
        "DB_PASSWORD={}",
        "export PGPASSWORD={}\n",
        "password: {}\n",
        '{{"password": "{}", "user": "a"}}',
        "mysqldump --password={} shop",
        "tool --db-password {} --host b",
        "<password>{}</password>",
        'config["client_secret"] = "{}"',
        "pwd:={}",
        'secret => "{}"',
        '<add key="AdminPassword" value="{}" />',
        'login(password="{}")',
        '{{\\"password\\": \\"{}\\"}}',
        "Server=db;User Id=sa;Password={}&x",
        "the password is: {}\n",
        "ПАРОЛЬ İ password={}",
        "mot de passe : {}",
        "Mon mot de passe est {}, merci",
        "contraseña: {}",
        "La clave es {} y nada más",
        "Kennwort = {}",
        "Das Benutzerkennwort lautet: {}",
        "hasło: {}",
        "Пароль: {}",
        "密码：{}",
    ],
)
def test_a_password_by_its_name(form: str) -> None:
    assert found(form.format(PASSWORD)) == [PASSWORD]


@pytest.mark.parametrize(
    "form",
    ['api_key = "{}"', "DATADOG_API_KEY={}", "x-api-key: {}", "auth_token: {}", "Account Key={};", "?token={}&a=b"],
)
def test_a_digest_by_the_name_of_a_key(form: str) -> None:
    assert found(form.format(HEX)) == [HEX]


@pytest.mark.parametrize(
    "text",
    [
        'password = os.environ["DB_PASSWORD"]',
        "password = get_password(user)",
        "password: ${DB_PASSWORD}",
        'password = "changeme"',
        "def login(user: str, password: str) -> None:",
        "token = self.tokenizer.next_token",
        "token = tokens[index1]",
        'token_type = "bearer2"',
        'password_hash = "' + HEX + '"',
        'secret_name = "prod/db/main1"',
        "The password is long and the token expired.",
        '["", "secret", "public,eu", "2"]',
        "secret_key_path: /etc/keys/key1",
        "password=password",
        "if password == other_password2:",
        'raise ValueError("password: at least 12 characters")',
        "passed = count1",
        "sort(key=lambda each: each.name)",
        "http://u.example/?key=value1",
        "palabras clave: salud 2024, agua",
        "La clave es 2024-2025.",
        "Ein Kennwort ist sicher, wenn es lang ist; das Kennwort: mindestens zwölf Zeichen",
        "la desenhada = valor123",
    ],
)
def test_what_is_no_secret(text: str) -> None:
    assert found(text) == []


def test_a_name_within_a_value_is_part_of_it() -> None:
    assert found('password = "password=' + PASSWORD + '"') == ["password=" + PASSWORD]
