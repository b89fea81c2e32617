"""Notices of absence that only their words betray, in many languages, and people who come near them."""

import pytest

from sampark.mailbox import absences
from sampark.mailbox.mime import parse

NOTICES = {
    "en": "Thank you for your email. I am out of the office until 5 May. For urgent matters contact Bob.",
    "de": "Ich bin bis zum 5. Mai nicht im Büro. In dringenden Fällen wenden Sie sich an Frau Stein.",
    "fr": "Bonjour, je suis absente jusqu'au 5 mai. En cas d'urgence, merci de contacter Paul.",
    "es": "Gracias por su mensaje. Estaré fuera de la oficina hasta el 5 de mayo.",
    "it": "Sono fuori ufficio fino al 5 maggio. Per urgenze contattare Anna.",
    "pt": "Obrigado pela sua mensagem. Estarei ausente até 5 de maio.",
    "nl": "Ik ben tot 5 mei niet aanwezig. Voor dringende zaken kunt u Jan bellen.",
    "": "x",
}
SUBJECTS = [
    ("en", "Out of Office Re: Plan"), ("en", "I am on vacation Re: Plan"), ("en", "On holiday until 5 May"),
    ("en", "Annual leave - back 5 May"), ("en", "Parental leave"), ("en", "Re: Plan (Out of office)"),
    ("en", "Auto reply from Ann Hill"), ("en", "Re: Plan (Automatic Response)"), ("en", "Thank you for your email"), ("en", "Away from office"),
    ("de", "Ich bin im Urlaub Re: Plan"), ("de", "Nicht im Büro bis 5. Mai"), ("de", "Elternzeit"),
    ("fr", "Absence du bureau : Plan"), ("fr", "Je suis en congés jusqu'au 5 mai"), ("fr", "Congés"),
    ("es", "De vacaciones hasta el 5 de mayo"), ("es", "Fuera de oficina Re: Plan"),
    ("it", "In ferie fino al 5 maggio"), ("it", "Assente fino al 5 maggio"), ("pt", "Estou de férias"),
    ("nl", "Met vakantie tot 5 mei"), ("nl", "Niet aanwezig Re: Plan"),
    ("", "Автоматычны адказ: Plan"), ("", "Balasan automatik: Plan"), ("", "Awtomatikong tugon: Plan"),
    ("", "Ymateb awtomatig: Plan"), ("", "Freagra uathoibríoch: Plan"), ("", "Përgjigje automatike: Plan"),
    ("", "Автоматски одговор: Plan"), ("", "Avtomatik cavab: Plan"), ("", "Ավտոմատ պատասխան: Plan"),
    ("", "ავტომატური პასუხი: Plan"), ("", "স্বয়ংক্রিয় উত্তর: Plan"), ("", "தானியங்கு பதில்: Plan"),
    ("", "స్వయంచాలక ప్రత్యుత్తరం: Plan"), ("", "स्वयंचलित उत्तर: Plan"), ("", "Jibu otomatiki: Plan"),
    ("", "Outomatiese antwoord: Plan"), ("", "Répondeur automatique"), ("", "【自動返信】お問い合わせ"),
]  # fmt: skip

# Their subjects are those of notices; their texts ask for something.
PEOPLE = [
    ("Out of office until 5 May", "I am out of the office until 5 May. Please decline what comes in."),
    ("On holiday until 5 May", "Please move my meetings; I am on holiday, tell them that for urgent matters Bob is there."),
    ("Vacation", "Please add my vacation from 5 to 9 May to the calendar."),
    ("Re: Out of office plan for July", "Thanks for your message. Fine by me."),
    ("Congés", "Merci d'ajouter mes congés au calendrier."),
    ("Urlaub", "Bitte trage meinen Urlaub vom 5. bis 9. Mai ein."),
    ("De vacaciones hasta el 5 de mayo", "Pon eso en mi calendario, por favor."),
    ("Re: Plan (Out of office)", "Can you find out when she is back?"),
    ("Re: Ann Hill is out of the office.", "Then write to Bob."),
    ("[friends] Re: Ann Hill/Stone is out of the office.", "Not again."),
    ("Thank you for your email", "is how it should begin. I am away on Monday, so send it today."),
    ("Out of office text", "Please draft: Thank you for your email, I am away."),
]  # fmt: skip


def _absent(subject, text):
    head = (
        f"From: Ann <ann@hill.example>\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8"
    )
    return absences.absent(parse(f"{head}\n\n{text}".encode()))


@pytest.mark.parametrize(("language", "subject"), SUBJECTS)
def test_a_notice_is_one_without_its_headers(language, subject):
    assert _absent(subject, NOTICES[language])


@pytest.mark.parametrize(("subject", "text"), PEOPLE)
def test_a_person_is_none(subject, text):
    assert not _absent(subject, text)
