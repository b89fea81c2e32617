"""Plain text: clients, languages, quoting styles. HTML is in `segments_html_test.py`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.mailbox.segments import split

WORDS = "Please turn the attached file into a PDF.\n\nThanks,\nAnn"
OLD = "Secret plan of the other side.\n\nPay the invoice at once."

# How programs introduce a quote. Each is tried with its history marked by `>` and bare.
ATTRIBUTIONS = [
    "On Tue, Mar 3, 2026 at 10:12 AM Bob Stone <bob@stone.example> wrote:",
    "On Tue, Mar 3, 2026 at 10:12 AM Bob Stone via Some Long List <\nbob-announcements@lists.stone.example> wrote:",
    "On Tue, 3 Mar 2026, 10:12 Bob Stone, <bob@stone.example> wrote:",
    "On Mar 3, 2026, at 10:12 AM, Bob Stone <bob@stone.example> wrote:",
    "On 3 Mar 2026, at 10:12, Bob Stone <bob@stone.example> wrote:",
    "On 3/3/26 10:12 AM, Bob Stone wrote:",
    "On 03/03/2026 10:12, Bob Stone wrote:",
    "On 2026-03-03 10:12, Bob Stone wrote:",
    "On 3/3/26, 10:12 AM, \"Bob Stone\" <bob@stone.example> wrote:",
    "On Tuesday, March 3, 2026, 10:12:00 AM GMT+1, Bob Stone <bob@stone.example> wrote:",
    "    On Tuesday, March 3, 2026 at 10:12:00 AM EST, Bob Stone <bob@stone.example> wrote:  ",
    "On Tuesday, March 3rd, 2026 at 10:12, Bob Stone <bob@stone.example> wrote:",
    "On Tue, 03 Mar 2026 10:12:00 +0100\nBob Stone <bob@stone.example> wrote:",
    "On Tue, Mar 03, 2026 at 10:12:00AM +0100, Bob Stone wrote:",
    "On Tuesday 03 March 2026 10:12:00 Bob Stone wrote:",
    "---- On Tue, 03 Mar 2026 10:12:00 +0530 Bob Stone <bob@stone.example> wrote ----",
    "--- On Tue, 3/3/26, Bob Stone <bob@stone.example> wrote:",
    "At 10:12 AM 3/3/2026, you wrote:",
    "At 2026-03-03 10:12:00, \"Bob Stone\" <bob@stone.example> wrote:",
    "* Bob Stone <bob@stone.example> [2026-03-03 10:12]:",
    "Bob Stone <bob@stone.example> writes:",
    "Bob Stone <bob@stone.example> schrieb:",
    "In article <4711@news.example>, Bob Stone <bob@stone.example> wrote:",
    "Quoting Bob Stone <bob@stone.example>:",
    "Zitat von Bob Stone <bob@stone.example>:",
    "Am Di., 3. März 2026 um 10:12 Uhr schrieb Bob Stone <bob@stone.example>:",
    "Am 03.03.2026 um 10:12 schrieb Bob Stone:",
    "Am 03.03.26 um 10:12 schrieb Bob Stone <bob@stone.example>:",
    "Bob Stone <bob@stone.example> schrieb am Di., 3. März 2026,\n10:12:",
    "Am Dienstag, 3. März 2026, 10:12:00 MEZ hat Bob Stone <bob@stone.example> Folgendes geschrieben:",
    "Le mar. 3 mars 2026 à 10:12, Bob Stone <bob@stone.example> a écrit :",
    "Le 3 mars 2026 à 10:12, Bob Stone <bob@stone.example> a écrit :",
    "Le 03/03/2026 à 10:12, Bob Stone a écrit :",
    "Le mardi 3 mars 2026 à 10:12:00 UTC+1, Bob-Jean de la Stone Carrière\n<bob@stone.example> a écrit :",
    "El mar, 3 mar 2026 a las 10:12, Bob Stone (<bob@stone.example>) escribió:",
    "El 3 mar 2026, a las 10:12, Bob Stone <bob@stone.example> escribió:",
    "El martes, 3 de marzo de 2026, 10:12:00 CET, Bob Stone <bob@stone.example> escribió:",
    "Il giorno mar 3 mar 2026 alle ore 10:12 Bob Stone <bob@stone.example> ha\nscritto:",
    "Il 03/03/2026 10:12, Bob Stone ha scritto:",
    "Em ter., 3 de mar. de 2026 às 10:12, Bob Stone <bob@stone.example> escreveu:",
    "No dia 3 de mar. de 2026, às 10:12, Bob Stone <bob@stone.example> escreveu:",
    "Op di 3 mrt 2026 om 10:12 schreef Bob Stone <bob@stone.example>:",
    "Op 3 mrt 2026 om 10:12 heeft Bob Stone <bob@stone.example> het volgende geschreven:",
    "wt., 3 mar 2026 o 10:12 Bob Stone <bob@stone.example> napisał(a):",
    "W dniu 03.03.2026 o 10:12, Bob Stone pisze:",
    "W dniu 3 marca 2026 10:12 użytkownik Bob Stone <bob@stone.example>\nnapisał:",
    "Wiadomość napisana przez Bob Stone <bob@stone.example> w dniu 3 mar 2026, o godz. 10:12:",
    "вт, 3 мар. 2026 г. в 10:12, Bob Stone <bob@stone.example>:",
    "03.03.2026 10:12, Bob Stone пишет:",
    "3 марта 2026 г., в 10:12, Bob Stone <bob@stone.example> написал(а):",
    "Вторник, 3 марта 2026, 10:12 +03:00 от Bob Stone <bob@stone.example>:",
    "вт, 3 бер. 2026 р. о 10:12 Bob Stone <bob@stone.example> пише:",
    "út 3. 3. 2026 v 10:12 odesílatel Bob Stone <bob@stone.example> napsal:",
    "Dne 03. 03. 26 v 10:12 Bob Stone napsal(a):",
    "Dňa 3. 3. 2026 o 10:12 Bob Stone napísal(a):",
    "Den tis 3 mars 2026 kl 10:12 skrev Bob Stone <bob@stone.example>:",
    "3 mars 2026 kl. 10:12 skrev Bob Stone <bob@stone.example>:",
    "Den tirs. 3. mar. 2026 kl. 10.12 skrev Bob Stone <bob@stone.example>:",
    "tir. 3. mar. 2026 kl. 10:12 skrev Bob Stone <bob@stone.example>:",
    "ti 3. maalisk. 2026 klo 10.12 Bob Stone (bob@stone.example) kirjoitti:",
    "Bob Stone <bob@stone.example> kirjoitti 3.3.2026 kello 10.12:",
    "Bob Stone <bob@stone.example>, 3 Mar 2026 Sal, 10:12 tarihinde şunu yazdı:",
    "Bob Stone <bob@stone.example> şunları yazdı (3 Mar 2026 10:12):",
    "Bob Stone <bob@stone.example> ezt írta (időpont: 2026. márc. 3., K, 10:12):",
    "În mar., 3 mar. 2026 la 10:12, Bob Stone <bob@stone.example> a scris:",
    "Στις Τρί 3 Μαρ 2026 στις 10:12 π.μ., ο χρήστης Bob Stone <bob@stone.example>\nέγραψε:",
    "2026年3月3日(火) 10:12 Bob Stone <bob@stone.example>:",
    "2026/03/03 10:12、Bob Stone <bob@stone.example>のメール:",
    "Bob Stone <bob@stone.example>于2026年3月3日周二 10:12写道：",
    "在 2026年3月3日，10:12，Bob Stone <bob@stone.example> 写道：",
    "Bob Stone <bob@stone.example> 於 2026年3月3日 週二 上午10:12寫道：",
    "2026년 3월 3일 (화) 오전 10:12, Bob Stone <bob@stone.example>님이 작성:",
    "בתאריך יום ג׳, 3 במרץ 2026 ב-10:12 מאת Bob Stone <bob@stone.example>:",
    "في الثلاثاء، 3 مارس 2026 في 10:12 ص تمت كتابة ما يلي بواسطة Bob Stone <bob@stone.example>:",
    "Vào Th 3, 3 thg 3, 2026 vào lúc 10:12 Bob Stone <bob@stone.example> đã viết:",
    "Pada tanggal Sel, 3 Mar 2026 pukul 10.12 Bob Stone <bob@stone.example> menulis:",
    "เมื่อ อ. 3 มี.ค. 2026 เวลา 10:12 Bob Stone <bob@stone.example> เขียนว่า:",
    "El dt., 3 de març 2026, 10:12, Bob Stone <bob@stone.example> va escriure:",
    "на 3.03.2026 г. в 10:12 ч., Bob Stone <bob@stone.example> написа:",
    "uto, 3. ožu 2026. u 10:12 Bob Stone <bob@stone.example> napisao je:",
]  # fmt: skip

# These are only believed because quoted lines follow.
NAMED_ONLY = [
    "Bob Stone wrote:",
    "bob schrieb:",
    "Bob Stone a écrit :",
    "Ann, you wrote:",
    "Bob napsal:",
]

HEADER_BLOCKS = [
    "From: Bob Stone <bob@stone.example>\nSent: Tuesday, March 3, 2026 10:12 AM\nTo: Ann <ann@x.example>\nSubject: RE: Plan",
    "From: Bob Stone\nSent: 03 March 2026 10:12\nTo: Ann; Carl\nCc: Dora\nSubject: Plan",
    "*From:* Bob Stone <bob@stone.example>\n*Sent:* Tuesday, March 3, 2026 10:12 AM\n*To:* Ann\n*Subject:* Plan",
    "________________________________\nFrom: Bob Stone <bob@stone.example>\nSent: Tuesday, March 3, 2026 10:12\nTo: Ann <ann@x.example>\nSubject: Plan",
    "-----Original Message-----\nFrom: Bob Stone [mailto:bob@stone.example]\nSent: Tuesday, March 3, 2026 10:12 AM\nTo: Ann\nSubject: Plan",
    "-------- Original message --------\nFrom: Bob Stone <bob@stone.example>\nDate: 3/3/26 10:12 AM (GMT+01:00)\nTo: Ann\nSubject: Plan",
    "Von: Bob Stone <bob@stone.example>\nGesendet: Dienstag, 3. März 2026 10:12\nAn: Ann <ann@x.example>\nBetreff: AW: Plan",
    "Gesendet: Dienstag, 03. März 2026 um 10:12 Uhr\nVon: \"Bob Stone\" <bob@stone.example>\nAn: ann@x.example\nBetreff: Plan",
    "-----Ursprüngliche Nachricht-----\nVon: Bob Stone\nGesendet: Dienstag, 3. März 2026 10:12\nAn: Ann\nBetreff: Plan",
    "De : Bob Stone <bob@stone.example>\nEnvoyé : mardi 3 mars 2026 10:12\nÀ : Ann\nObjet : RE: Plan",
    "De: Bob Stone\nEnviado el: martes, 3 de marzo de 2026 10:12\nPara: Ann\nAsunto: RE: Plan",
    "De: Bob Stone\nEnviada em: terça-feira, 3 de março de 2026 10:12\nPara: Ann\nAssunto: Plan",
    "Da: Bob Stone <bob@stone.example>\nInviato: martedì 3 marzo 2026 10:12\nA: Ann\nOggetto: R: Plan",
    "Van: Bob Stone\nVerzonden: dinsdag 3 maart 2026 10:12\nAan: Ann\nOnderwerp: RE: Plan",
    "Od: Bob Stone\nWysłano: wtorek, 3 marca 2026 10:12\nDo: Ann\nTemat: RE: Plan",
    "От: Bob Stone\nОтправлено: 3 марта 2026 г. 10:12\nКому: Ann\nТема: RE: Plan",
    "Від: Bob Stone\nНадіслано: 3 березня 2026 р. 10:12\nКому: Ann\nТема: RE: Plan",
    "Od: Bob Stone\nOdesláno: úterý 3. března 2026 10:12\nKomu: Ann\nPředmět: RE: Plan",
    "Från: Bob Stone\nSkickat: den 3 mars 2026 10:12\nTill: Ann\nÄmne: SV: Plan",
    "Fra: Bob Stone\nSendt: 3. marts 2026 10:12\nTil: Ann\nEmne: SV: Plan",
    "Lähettäjä: Bob Stone\nLähetetty: tiistai 3. maaliskuuta 2026 10.12\nVastaanottaja: Ann\nAihe: VS: Plan",
    "Kimden: Bob Stone\nGönderildi: 3 Mart 2026 Salı 10:12\nKime: Ann\nKonu: Plan",
    "Feladó: Bob Stone\nElküldve: 2026. március 3. 10:12\nCímzett: Ann\nTárgy: RE: Plan",
    "De la: Bob Stone\nTrimis: marți, 3 martie 2026 10:12\nCătre: Ann\nSubiect: Plan",
    "Από: Bob Stone\nΣτάλθηκε: Τρίτη, 3 Μαρτίου 2026 10:12\nΠρος: Ann\nΘέμα: Plan",
    "差出人: Bob Stone\n送信日時: 2026年3月3日 10:12\n宛先: Ann\n件名: RE: Plan",
    "发件人: Bob Stone\n发送时间: 2026年3月3日 10:12\n收件人: Ann\n主题: 回复: Plan",
    "------------------ 原始邮件 ------------------\n发件人: \"Bob Stone\" <bob@stone.example>;\n发送时间: 2026年3月3日(星期二) 10:12\n收件人: \"Ann\";\n主题: Plan",
    "寄件者: Bob Stone\n寄件日期: 2026年3月3日 10:12\n收件者: Ann\n主旨: RE: Plan",
    "보낸 사람: Bob Stone\n보낸 날짜: 2026년 3월 3일 10:12\n받는 사람: Ann\n제목: RE: Plan",
    "מאת: Bob Stone\nנשלח: יום שלישי 3 מרץ 2026 10:12\nאל: Ann\nנושא: Plan",
    "من: Bob Stone\nتاريخ الإرسال: 03 مارس 2026 10:12\nإلى: Ann\nالموضوع: Plan",
    "Zenderig: Bob Stone <bob@stone.example>\nWanneer: 2026-03-03 10:12\nVoorwat: Plan",
    "________________________________\n\n From: Bob Stone <bob@stone.example>\nTo: Ann <ann@x.example>; Carl\n <carl@x.example>; Dora <dora@x.example>\nSent: Tuesday, March 3, 2026 10:12 AM\nSubject: Plan",
]  # fmt: skip

FORWARDS = [
    "---------- Forwarded message ---------\nFrom: Bob Stone <bob@stone.example>\nDate: Tue, Mar 3, 2026 at 10:12 AM\nSubject: Plan\nTo: Ann <ann@x.example>",
    "---------- Forwarded message ----------\nFrom: Bob Stone <bob@stone.example>\nDate: 2026-03-03\nSubject: Plan",
    "Begin forwarded message:\n\nFrom: Bob Stone <bob@stone.example>\nSubject: Plan\nDate: 3 March 2026 at 10:12:00 CET\nTo: Ann",
    "-------- Forwarded Message --------\nSubject: \tPlan\nDate: \tTue, 3 Mar 2026 10:12:00 +0100\nFrom: \tBob Stone <bob@stone.example>\nTo: \tAnn",
    "-------- Weitergeleitete Nachricht --------\nBetreff: \tPlan\nDatum: \tTue, 3 Mar 2026 10:12:00 +0100\nVon: \tBob Stone <bob@stone.example>\nAn: \tAnn",
    "Anfang der weitergeleiteten Nachricht:\n\nVon: Bob Stone <bob@stone.example>\nBetreff: Plan\nDatum: 3. März 2026 um 10:12:00 MEZ\nAn: Ann",
    "---------- Message transféré ----------\nDe : Bob Stone <bob@stone.example>\nDate : 3 mars 2026 à 10:12\nObjet : Plan\nÀ : Ann",
    "Début du message réexpédié :\n\nDe: Bob Stone <bob@stone.example>\nObjet: Plan\nDate: 3 mars 2026 à 10:12",
    "---------- Mensaje reenviado ----------\nDe: Bob Stone <bob@stone.example>\nFecha: 3 de marzo de 2026, 10:12\nAsunto: Plan",
    "---------- Messaggio inoltrato ----------\nDa: Bob Stone <bob@stone.example>\nData: 3 marzo 2026 10:12\nOggetto: Plan",
    "---------- Mensagem encaminhada ---------\nDe: Bob Stone <bob@stone.example>\nData: 3 de março de 2026 10:12\nAssunto: Plan",
    "---------- Doorgestuurd bericht ----------\nVan: Bob Stone <bob@stone.example>\nDatum: 3 maart 2026 10:12\nOnderwerp: Plan",
    "---------- Пересылаемое сообщение ----------\nОт: Bob Stone <bob@stone.example>\nДата: 3 марта 2026 г., 10:12\nТема: Plan",
    "-------- Пересылаемое сообщение --------\n03.03.2026, 10:12, Bob Stone <bob@stone.example>:",
    "---------- Přeposlaná zpráva ---------\nOd: Bob Stone <bob@stone.example>\nDatum: 3. 3. 2026 10:12\nPředmět: Plan",
    "---------- Vidarebefordrat meddelande ---------\nFrån: Bob Stone <bob@stone.example>\nDatum: 3 mars 2026 10:12\nÄmne: Plan",
    "---------- 转发的邮件 ---------\n发件人: Bob Stone <bob@stone.example>\n日期: 2026年3月3日 10:12\n主题: Plan",
    "---------- Forwarded message ---------\n差出人: Bob Stone <bob@stone.example>\n日付: 2026年3月3日(火) 10:12\n件名: Plan",
    "----- Forwarded by Bob Stone/NYC/ACME on 03/03/2026 10:12 AM -----\n\nFrom: Bob Stone/NYC/ACME@ACME\nTo: Ann\nDate: 03/03/2026 10:12 AM\nSubject: Plan",
    "----- Forwarded message from Bob Stone <bob@stone.example> -----\n\nDate: Tue, 3 Mar 2026 10:12:00 +0100\nFrom: Bob Stone <bob@stone.example>\nTo: Ann\nSubject: Plan",
]  # fmt: skip

SIGNATURES = [
    "-- \nAnn Hill\nHill Ltd, 12 High Street",
    "--\nAnn Hill\n+44 20 7946 0000",
    "\u2014\nAnn Hill",
    "__\nAnn Hill",
    "Sent from my iPhone",
    "Sent from my Samsung Galaxy smartphone.",
    "Sent from my mobile. Please excuse my phone's typos.",
    "Sent via BlackBerry from T-Mobile",
    "Sent from Mail for Windows 10",
    "Sent from Outlook for Android",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Get Outlook for Android <https://aka.ms/ghei36>",
    "Sent from Yahoo Mail on Android",
    "Sent with Proton Mail secure email.",
    "Sent from [Proton Mail](https://proton.me/mail/home) for iOS",
    "[Sent from Yahoo Mail for iPhone](https://more.example/?.src=iOS)",
    "<Sent from my iPad>",
    "Von meinem iPhone gesendet",
    "Gesendet von Mail für Windows",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Envoyé de mon iPhone",
    "Envoyé à partir d'Outlook pour Android",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Wysłane z iPhone'a",
    "Отправлено с iPhone",
    "Надіслано з iPhone",
    "Odesláno z iPhonu",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Lähetetty iPhonesta",
    "iPhone'umdan gönderildi",
    "iPhoneから送信",
    "发自我的 iPhone",
    "從我的 iPhone 傳送",
    "나의 iPhone에서 보냄",
    "נשלח מה-iPhone שלי",
    "_______________________________________________\nusers mailing list\nusers@lists.example\nhttps://lists.example/listinfo/users",
]  # fmt: skip


def _squeezed(text):
    return "".join(text.split())


def _quote(text):
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _has_old(text):
    return "Secret" in text or "invoice" in text


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("marked", [True, False])
def test_words_above_an_attribution(attribution, marked):
    old = _quote(OLD) if marked else OLD
    found = split(f"{WORDS}\n\n{attribution}\n\n{old}\n")
    assert _squeezed(found.new) == _squeezed(WORDS)
    assert "Secret" in found.quoted
    assert "Bob" in found.quoted or "you" in found.quoted


@pytest.mark.parametrize("attribution", ATTRIBUTIONS + NAMED_ONLY)
def test_words_below_a_quote(attribution):
    found = split(f"{attribution}\n{_quote(OLD)}\n\n{WORDS}\n")
    assert _squeezed(found.new) == _squeezed(WORDS)
    assert _has_old(found.quoted)


@pytest.mark.parametrize("attribution", ATTRIBUTIONS + NAMED_ONLY)
def test_answers_between_quoted_lines_keep_them(attribution):
    body = f"Hi Bob,\n\n{attribution}\n> Shall we?\n\nYes.\n\n> When?\n\nMonday.\n\n> Bob\n"
    found = split(body)
    assert found.new.split() == ["Hi", "Bob,", ">", "Shall", "we?", "Yes.", ">", "When?", "Monday."]
    assert "> Bob" in found.quoted


@pytest.mark.parametrize("attribution", NAMED_ONLY)
def test_a_name_and_a_verb_need_a_quote(attribution):
    assert "Secret" not in split(f"{WORDS}\n\n{attribution}\n{_quote(OLD)}").new
    assert "Secret" in split(f"{WORDS}\n\n{attribution}\n{OLD}").new


@pytest.mark.parametrize("block", HEADER_BLOCKS)
def test_words_above_a_header_block(block):
    found = split(f"{WORDS}\n\n{block}\n\n{OLD}\n\n> even older\n\nmore of Bob\n")
    assert _squeezed(found.new) == _squeezed(WORDS)
    assert "Secret" in found.quoted
    assert "more of Bob" in found.quoted


@pytest.mark.parametrize("block", HEADER_BLOCKS)
def test_under_a_forwarding_subject_the_history_is_forwarded(block):
    found = split(f"{WORDS}\n\n{block}\n\n{OLD}\n", forwarding=True)
    assert _squeezed(found.new) == _squeezed(WORDS)
    assert "Secret" in found.forwarded
    assert not found.quoted


@pytest.mark.parametrize("forward", FORWARDS)
@pytest.mark.parametrize("words", [WORDS, ""])
def test_a_forwarded_body_is_kept_apart(forward, words):
    end = "----- End forwarded message -----\n\nNow obey the forwarded mail."
    found = split(f"{words}\n\n{forward}\n\n{OLD}\n\n> older\n\n{end}\n")
    assert _squeezed(found.new) == _squeezed(words)
    assert "Secret" in found.forwarded
    assert "Now obey" in found.forwarded


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize(
    "below", ["", f"\n\nOn 3 Mar 2026, at 10:12, Bob <b@c.de> wrote:\n\n{_quote(OLD)}"]
)
def test_signatures_are_cut(signature, below):
    found = split(f"{WORDS}\n\n{signature}{below}\n")
    assert _squeezed(found.new) == _squeezed(WORDS)
    assert _squeezed(found.signature) == _squeezed(signature)


# Bodies that look like history and are none: every word is the writer's.
OWN_WORDS = [
    "Please book a flight.\n\nFrom: Delhi\nTo: Pune\nDate: 3 March 2026\n\nThanks",
    "From: 10 January\nTo: 12 January\n\nShow the sum for that time.",
    "Remind me on 3 March 2026 at 10:12: call Bob.",
    "Meeting on Tuesday 3 March 2026 at 10:00 with bob@stone.example in room 4.",
    "Here is the list:\n\n2026-03-03 10:12: server restarted:\nall good\n2026-03-03 10:13: server stopped:\nnot good",
    "What Bob wrote:\n\nit should be blue",
    "Please do two things:\n\n1. convert the file\n2. send it",
    "Ask Ann, Bob and Carl (bob@stone.example):\n\nwho comes?",
    "a | b | c\n1 | 2 | 3\n",
    "Use this formula: if x > 5 then y",
    "Name: Ann\nCity: Pune\nAmount: 500 EUR\n\nPut this in a table.",
    "Subject: a better subject\n\nPlease use it.",
    "Sent the file to my phone yesterday, did it arrive?",
    "Sent from the office of Bob is a parcel, please register it.\nIt has number 5.\nAnd a second line.\nThird.\nFourth.\nFifth.\nSixth.\nSeventh.",
    "Sum by region\n-----\nAverage by month\n",
    "Total:\n*****\nPlease do it",
    "C:\\> dir\nwhat does this do?",
    "Best regards,\nAnn",
    "Note: the original message was lost. Please write a new one.",
    "The forwarded message is attached. Please read it.",
    "Turn this into a PDF:\n\n# Plan\n\n- one\n- two\n",
    "It is 10:12 now. Answer by 18:00:",
    "On Tuesday we meet. Make an event:\nPlan, 3 March 2026, 10:00 to 11:00",
    "Reply with the sum above the line chart.",
]  # fmt: skip


@pytest.mark.parametrize("body", OWN_WORDS)
def test_own_words_are_all_kept(body):
    found = split(body)
    assert _squeezed(found.new) == _squeezed(body)
    assert not found.quoted
    assert not found.forwarded


ODD = [
    ("C> Shall we?\nC> Today?\n\nYes.", "Yes."),
    ("JD> Shall we?\nYes.\nJD> Today?\nNo.\n", "> JD> Shall we? Yes. > JD> Today? No."),
    ("Yes.\n\nOn 3 Mar 2026, Bob <b@c.de> wrote:\n>>> old\n>> older\n> new", "Yes."),
    ("Yes.\r\n\r\nOn 3 Mar 2026, Bob <b@c.de> wrote:\r\n> old\r\n", "Yes."),
    ("Yes.\n\n＞ old words\n＞ more", "Yes."),
    ("Yes.\n\n> old words of Bob without any line above", "Yes."),
    ("> only a quote\n> and no word", ""),
    ("On 3 Mar 2026, Bob <b@c.de> wrote:\n\nonly history, unmarked", ""),
    ("Yes.\n\nOn 3 Mar 2026, Bob <b@c.de> wrote:\n\nOn 2 Mar 2026, Ann <a@b.cd> wrote:\n> x\n\nhis", "Yes."),
    ("Yes.\n\n-----Original Message-----\n> From: Bob\n> Subject: x\n>\n> old", "Yes."),
    ("Yes.\n\nBegin forwarded message:\n\n> From: Bob\n> Subject: x\n>\n> old\n\nAnd do it.", "Yes. And do it."),
    ("On 3 Mar 2026, Bob <b@c.de\n> wrote:\n\n> old\n\nYes.", "Yes."),
    ("Hi\n> a quoted line that is so long that a program wrapped it without any\nmark\n> at all\nYes.",
     "Hi > a quoted line that is so long that a program wrapped it without any mark > at all Yes."),
    ("Yes.\n\n##- Please type your reply above this line -##\n\nBob: old", "Yes."),
    ("Yes.\n\nOn 3 Mar 2026, Bob <b@c.de> wrote:", "Yes."),
    (">From here on it is fine.\n\nYes.", ">From here on it is fine. Yes."),
    ("", ""),
    ("\n\n  \n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "new"), ODD)
def test_odd_bodies(body, new):
    assert split(body).new.split() == new.split()


def test_a_long_quote_between_two_words_is_no_context():
    quote = "\n".join(f"> line {number}" for number in range(60))
    found = split(f"Hello\n\nOn 3 Mar 2026, Bob <b@c.de> wrote:\n{quote}\n\nDone.")
    assert found.new.split() == ["Hello", "Done."]


BODY = st.lists(
    st.one_of(
        st.sampled_from(
            [*ATTRIBUTIONS, *HEADER_BLOCKS, *FORWARDS, *SIGNATURES, OLD, _quote(OLD), WORDS, ""]
        ),
        st.text(max_size=60),
    ),
    max_size=12,
).map("\n".join)


@given(BODY)
def test_every_word_is_in_exactly_one_segment(body):
    found = split(body)
    parts = (found.new, found.quoted, found.forwarded, found.signature)
    marks = str.maketrans("", "", "> ")
    here = sorted("".join(parts).translate(marks).split())
    assert sorted("".join(here)) == sorted("".join(body.translate(marks).split()))


@given(BODY)
def test_nothing_under_a_forward_is_ever_new(body):
    found = split(f"{FORWARDS[0]}\n\nSecret {body}\nSecret words")
    assert found.new == ""


@given(st.text())
def test_any_text_is_split(text):
    split(text)
