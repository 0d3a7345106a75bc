"""Figures, signs and short forms in the languages of Europe, as their readers say them."""

from __future__ import annotations

import pytest

from tutor_tui.offline_server.tts.normalise import spoken_form

ENGLISH = """
    I have 3 cats and 21 dogs. => I have three cats and twenty-one dogs.
    It costs $4.99. => It costs four dollars ninety-nine.
    £3.50, please. => three pounds fifty, please.
    That is £1. => That is one pound.
    $0.50 or 5p => fifty cents or five pence
    It is 1,250 km away. => It is one thousand two hundred and fifty kilometres away.
    -5 °C outside. => minus five degrees Celsius outside.
    3.14 is pi. => three point one four is pi.
    In 1984 I was 5. => In nineteen eighty-four I was five.
    She was born in 2005. => She was born in two thousand and five.
    There were 1500 people. => There were one thousand five hundred people.
    in 1500 metres => in one thousand five hundred metres
    the 1990s and the '80s => the nineteen nineties and the eighties
    the 80s => the eighties
    On May 3rd, 2026, we met. => On May the third, twenty twenty-six, we met.
    3 May 2026 => the third of May, twenty twenty-six
    on 3/4/2026 => on the third of April, twenty twenty-six
    2026-04-03 => the third of April, twenty twenty-six
    at 14:30 => at fourteen thirty
    at 2:30 pm => at two thirty P.M.
    at 2:30 p.m. we left. => at two thirty P.M. we left.
    It was 9 a.m. => It was nine A.M.
    Come at 9 pm. => Come at nine P.M.
    10am => ten A.M.
    at 9:05 => at nine oh five
    at 10:00 => at ten
    5 o'clock => five o'clock
    50% off => fifty per cent off
    3–5 days => three to five days
    from 9:00-17:00 => from nine to seventeen hundred
    Call 020 7946 0958 now. => Call zero two zero, seven nine four six, zero nine five eight now.
    Call 555-1234. => Call five five five, one two three four.
    +44 20 7946 0958 => plus four four, two zero, seven nine four six, zero nine five eight
    Mr. Smith and Dr Jones, e.g. here, etc. => Mister Smith and Doctor Jones, for example here, et cetera.
    He said etc. => He said et cetera.
    rock & roll => rock and roll
    2 + 3 = 5 => two plus three equals five
    7 - 2 = 5 => seven minus two equals five
    3 x 4 => three times four
    anna@example.org => anna at example dot org
    www.example.org or example.com/abc => www dot example dot org or example dot com
    he/she and/or => he, she and, or
    Go → left => Go, left
    King Henry VIII and Elizabeth II => King Henry the eighth and Elizabeth the second
    Charles I like => Charles I like
    Louis XIV => Louis the fourteenth
    World War II => World War two
    the XIX century => the nineteenth century
    the 21st and 2nd => the twenty-first and second
    No. 5 => number five
    #1 => number one
    1/2 a cup, 3/4 => half a cup, three quarters
    1½ litres => one and a half litres
    A4 paper, B2 level, MP3, 3D => A-four paper, B-two level, MP three, three D
    24/7 => twenty-four seven
    60 mph and 100 km/h => sixty miles an hour and one hundred kilometres an hour
    20 m² => twenty square metres
    $5 million => five million dollars
    £2.5m => two point five million pounds
    version 1.2.3 => version one dot two dot three
    007 => zero zero seven
    1,000,000 people => one million people
    1 kg and 2 kg => one kilogram and two kilograms
    5 GB => five gigabytes
    score 3:2 => score three to two
    a 2-year-old => a two-year-old
    COVID-19 => COVID-nineteen
    Unit IV => Unit four
    I like it. I do. => I like it. I do.
    the 3rd of May => the third of May
    Jan. 5 => January the fifth
    May I? => May I?
    It is 2024. => It is twenty twenty-four.
    Room 101 => Room one hundred and one
    10 % – 15 % => ten per cent to fifteen per cent
    USA and TV => USA and TV
    It's 7:30 now => It's seven thirty now
    1234567890123456 => one two three four five six seven eight nine zero one two three four five six
    p. 5 => page five
    1,2,3 => one,two,three
    St. Paul lives in St James. => Saint Paul lives in Saint James.
    Mr Brown is 1.80 m tall => Mister Brown is one point eight zero metres tall
"""

GERMAN = """
    Ich habe 3 Katzen und 21 Hunde. => Ich habe drei Katzen und einundzwanzig Hunde.
    Ich nehme 1 Kaffee und 1 Tasse. => Ich nehme ein Kaffee und eine Tasse.
    Es kostet 3,50 €. => Es kostet drei Euro fünfzig.
    1 € oder 0,99 € => ein Euro oder neunundneunzig Cent
    1,05 € => ein Euro fünf Cent
    Das kostet 1.250 Euro. => Das kostet eintausendzweihundertfünfzig Euro.
    Es sind -5 °C. => Es sind minus fünf Grad Celsius.
    Am 3. Mai habe ich Geburtstag. => Am dritten Mai habe ich Geburtstag.
    Heute ist der 3. Mai 2026. => Heute ist der dritte Mai zweitausendsechsundzwanzig.
    3. Mai => dritter Mai
    am 03.04.2026 => am dritten April zweitausendsechsundzwanzig
    am 3.4. => am dritten vierten
    Um 14:30 Uhr. => Um vierzehn Uhr dreißig.
    Um 14 Uhr 30 => Um vierzehn Uhr dreißig
    um 14.30 Uhr => um vierzehn Uhr dreißig
    um 1 Uhr => um ein Uhr
    um 8 Uhr => um acht Uhr
    Es ist 14:30. => Es ist vierzehn Uhr dreißig.
    z. B. hier, d.h. dort, usw. => zum Beispiel hier, das heißt dort, und so weiter.
    Dr. Müller und Fr. Schmidt, Hr. Weber => Doktor Müller und Frau Schmidt, Herr Weber
    bzw. ca. 5 km => beziehungsweise circa fünf Kilometer
    50 % => fünfzig Prozent
    3–5 Tage => drei bis fünf Tage
    10–12 Uhr => zehn bis zwölf Uhr
    von 9:00–17:00 => von neun Uhr bis siebzehn Uhr
    1984 war gut. Im Jahr 2024 auch. => neunzehnhundertvierundachtzig war gut. Im Jahr zweitausendvierundzwanzig auch.
    0171 1234567 => null eins sieben eins, eins zwei drei vier fünf sechs sieben
    +49 30 123456 => plus vier neun, drei null, eins zwei drei vier fünf sechs
    Ludwig XIV. war König. => Ludwig der Vierzehnte war König.
    Elisabeth II. und Karl V => Elisabeth die Zweite und Karl der Fünfte
    im XIX. Jahrhundert => im neunzehnten Jahrhundert
    im 3. Stock => im dritten Stock
    die 3. Klasse => die dritte Klasse
    in der 3. Klasse => in der dritten Klasse
    zum 2. Mal => zum zweiten Mal
    mein 2. Kaffee => mein zweiter Kaffee
    die 90er Jahre => die neunziger Jahre
    1. Guten Tag => eins. Guten Tag
    Ich bin 21. => Ich bin einundzwanzig.
    Ich bin 21 Jahre alt. => Ich bin einundzwanzig Jahre alt.
    2 + 3 = 5 => zwei plus drei ist gleich fünf
    100 km/h => einhundert Kilometer pro Stunde
    80 m² => achtzig Quadratmeter
    ¥500 und $5 => fünfhundert Yen und fünf Dollar
    5 Mio. Euro => fünf Millionen Euro
    5 Mio. € => fünf Millionen Euro
    3,14 => drei Komma eins vier
    info@beispiel.de => info at beispiel Punkt de
    beispiel.de => beispiel Punkt de
    er/sie => er, sie
    A & B => A und B
    1 Million => eine Million
    101000 => einhunderteintausend
    2:1 => zwei zu eins
    ½ Liter => ein halber Liter
    1/2 Liter => ein halber Liter
    Nr. 5, S. 3 => Nummer fünf, Seite drei
    St. Pauli => Sankt Pauli
    Ich trinke 2 l Wasser => Ich trinke zwei Liter Wasser
    7.30 Uhr => sieben Uhr dreißig
    Zimmer 12a => Zimmer zwölf a
    24 h => vierundzwanzig Stunden
    ab 18 Jahren, 3 mal, 1 mal => ab achtzehn Jahren, drei mal, ein mal
"""

FRENCH = """
    J'ai 3 chats et 21 ans. => J'ai trois chats et vingt et un ans.
    1 bière, 1 café, 21 personnes => une bière, un café, vingt et une personnes
    Ça coûte 3,50 €. => Ça coûte trois euros cinquante.
    1 € ou 0,99 € => un euro ou quatre-vingt-dix-neuf centimes
    5 000 personnes => cinq mille personnes
    1 250,50 € => mille deux cent cinquante euros cinquante
    Il fait -5 °C. => Il fait moins cinq degrés.
    à 14 h 30 => à quatorze heures trente
    à 14h => à quatorze heures
    à 1h => à une heure
    à 21h15 => à vingt et une heures quinze
    14:30 => quatorze heures trente
    12 h => douze heures
    le 1er mai => le premier mai
    le 1 mai => le premier mai
    le 3 mai 2026 => le trois mai deux mille vingt-six
    le 3/4/2026 => le trois avril deux mille vingt-six
    1984 => mille neuf cent quatre-vingt-quatre
    la 2e fois, la 1re fois, le 2nd, la 1ère => la deuxième fois, la première fois, le second, la première
    Louis XIV, Napoléon Ier, François I => Louis quatorze, Napoléon premier, François premier
    le XIXe siècle et le XXe siècle => le dix-neuvième siècle et le vingtième siècle
    Mme Dupont et M. Martin, Mlle Rose, Dr. House => Madame Dupont et Monsieur Martin, Mademoiselle Rose, Docteur House
    p. ex. ici, etc. => par exemple ici, et cetera.
    50 % => cinquante pour cent
    3–5 jours => trois à cinq jours
    06 12 34 56 78 => zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit
    06.12.34.56.78 => zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit
    +33 6 12 34 56 78 => plus trente-trois, six, douze, trente-quatre, cinquante-six, soixante-dix-huit
    3,14 => trois virgule quatorze
    80 ans, 81, 71, 91 => quatre-vingts ans, quatre-vingt-un, soixante et onze, quatre-vingt-onze
    200, 280, 1 000 => deux cents, deux cent quatre-vingts, mille
    100 km/h => cent kilomètres heure
    2 kg et 20 m² => deux kilos et vingt mètres carrés
    anna@exemple.fr => anna arobase exemple point fr
    il/elle => il, elle
    n° 5 => numéro cinq
    2 + 3 = 5 => deux plus trois égale cinq
    les années 80 => les années quatre-vingts
    $5 et £1 => cinq dollars et une livre
    5 millions € => cinq millions d'euros
    1/2 litre => un demi litre
    0h30 => zéro heure trente
    8 h 05 => huit heures cinq
"""

SPANISH = """
    Tengo 3 gatos y 21 años. => Tengo tres gatos y veintiún años.
    1 café, 1 cerveza, 21 personas => un café, una cerveza, veintiuna personas
    200 personas, 250 horas => doscientas personas, doscientas cincuenta horas
    Son 3,50 €. => Son tres euros con cincuenta.
    1 € o 0,99 € => un euro o noventa y nueve céntimos
    Cuesta 1.250 euros. => Cuesta mil doscientos cincuenta euros.
    Hace -5 °C. => Hace menos cinco grados.
    a las 14:30 => a las catorce treinta
    a la 1:30 => a la una treinta
    a las 9:05 => a las nueve cero cinco
    a las 21:00 => a las veintiuna
    a las 9 => a las nueve
    el 3 de mayo de 2026 => el tres de mayo de dos mil veintiséis
    el 1 de mayo => el uno de mayo
    3/4/2026 => tres de abril de dos mil veintiséis
    1984 => mil novecientos ochenta y cuatro
    el 2º piso, la 1ª vez, el 1er día, 3.er => el segundo piso, la primera vez, el primer día, tercer
    Felipe VI, Alfonso XIII => Felipe sexto, Alfonso trece
    Isabel II, Juan Carlos I => Isabel segunda, Juan Carlos primero
    el siglo XIX, siglo V => el siglo diecinueve, siglo quinto
    Sr. García, Sra. López, Dr. Ruiz, D. Juan => señor García, señora López, doctor Ruiz, don Juan
    p. ej. aquí, etc. => por ejemplo aquí, etcétera.
    EE. UU. => Estados Unidos.
    Ud. y Uds. => usted y ustedes.
    50 % => cincuenta por ciento
    3–5 días => tres a cinco días
    612 345 678 => seis uno dos, tres cuatro cinco, seis siete ocho
    91 123 45 67 => nueve uno, uno dos tres, cuatro cinco, seis siete
    +34 612 345 678 => más tres cuatro, seis uno dos, tres cuatro cinco, seis siete ocho
    3,14 => tres coma catorce
    100 km/h => cien kilómetros por hora
    2 kg => dos kilos
    anna@ejemplo.es => anna arroba ejemplo punto es
    él/ella => él, ella
    n.º 5 => número cinco
    2 + 3 = 5 => dos más tres es igual a cinco
    £200 => doscientas libras
    200 € => doscientos euros
    5 millones de personas => cinco millones de personas
    5 millones € => cinco millones de euros
    31 días => treinta y un días
    21 000 => veintiún mil
    101 euros => ciento un euros
    ½ litro => medio litro
    500 personas, 700 casas, 900 libras => quinientas personas, setecientas casas, novecientas libras
    veo 1. => veo uno.
    12 h => doce horas
    17.30 h => diecisiete treinta
"""

ITALIAN = """
    Ho 3 gatti e 21 anni. => Ho tre gatti e ventuno anni.
    1 caffè, 1 birra, 1 ora, 1 zaino, 1 studente => un caffè, una birra, un ora, uno zaino, uno studente
    3,50 € => tre euro e cinquanta
    1 € e 0,99 € => un euro e novantanove centesimi
    1.250 euro => milleduecentocinquanta euro
    -5 °C => meno cinque gradi
    alle 14:30 => alle quattordici e trenta
    alle ore 14.30 => alle ore quattordici e trenta
    all'1:30 => all'una e trenta
    alle 9:05 => alle nove e cinque
    il 1º maggio, il 1 maggio => il primo maggio, il primo maggio
    il 3 maggio 2026 => il tre maggio duemilaventisei
    3/4/2026 => tre aprile duemilaventisei
    1984 => millenovecentottantaquattro
    il 2º piso, la 1ª volta => il secondo piso, la prima volta
    Vittorio Emanuele II, Elisabetta II => Vittorio Emanuele secondo, Elisabetta seconda
    Luigi XIV => Luigi quattordicesimo
    il XIX secolo, il secolo XX => il diciannovesimo secolo, il secolo ventesimo
    Sig. Rossi, Sig.ra Bianchi, Dott. Verdi => signor Rossi, signora Bianchi, dottor Verdi
    p. es. qui, ad es. qui, ecc. => per esempio qui, ad esempio qui, eccetera.
    50% => cinquanta per cento
    3–5 giorni => tre a cinque giorni
    340 1234567 => tre quattro zero, uno due tre quattro cinque sei sette
    +39 340 1234567 => più tre nove, tre quattro zero, uno due tre quattro cinque sei sette
    3,14 => tre virgola quattordici
    100 km/h => cento chilometri all'ora
    2 kg => due chili
    anna@esempio.it => anna chiocciola esempio punto it
    lui/lei => lui, lei
    n. 5 => numero cinque
    2 + 3 = 5 => due più tre uguale cinque
    £1 => una sterlina
    1.000.000 € => un milione di euro
    2024 => duemilaventiquattro
    23, 28, 33 => ventitré, ventotto, trentatré
"""

PORTUGUESE = """
    Tenho 3 gatos e 21 anos. => Tenho três gatos e vinte e um anos.
    1 café, 2 cervejas, 21 pessoas, 200 pessoas => um café, duas cervejas, vinte e uma pessoas, duzentas pessoas
    R$ 3,50 => três reais e cinquenta
    3,50 € => três euros e cinquenta
    1.250 reais => mil duzentos e cinquenta reais
    -5 °C => menos cinco graus
    às 14:30 => às catorze e trinta
    14h30 => catorze e trinta
    às 14h => às catorze horas
    à 1h => à uma hora
    às 2:00 => às duas
    no dia 1º de maio => no dia primeiro de maio
    3 de maio de 2026 => três de maio de dois mil e vinte e seis
    3/4/2026 => três de abril de dois mil e vinte e seis
    1984 => mil novecentos e oitenta e quatro
    o 2º andar, a 1ª vez => o segundo andar, a primeira vez
    Dom João VI, Pedro II => Dom João sexto, Pedro segundo
    o século XIX => o século dezenove
    Sr. Silva, Sra. Costa, Dra. Lima => senhor Silva, senhora Costa, doutora Lima
    p. ex. aqui, etc. => por exemplo aqui, et cetera.
    50% => cinquenta por cento
    3–5 dias => três a cinco dias
    (11) 91234-5678 => um um, nove um dois três quatro, cinco seis sete oito
    +55 11 91234-5678 => mais cinco cinco, um um, nove um dois três quatro, cinco seis sete oito
    3,14 => três vírgula catorze
    100 km/h => cem quilômetros por hora
    2 kg => dois quilos
    anna@exemplo.com.br => anna arroba exemplo ponto com ponto br
    ele/ela => ele, ela
    n.º 5 => número cinco
    2 + 3 = 5 => dois mais três é igual a cinco
    16, 17, 19 => dezesseis, dezessete, dezenove
    R$ 1.000.000 => um milhão de reais
    1.200 => mil e duzentos
"""


def lines(table: str, language: str) -> list[tuple[str, str, str]]:
    pairs = (line.strip().split(" => ") for line in table.strip().splitlines())
    return [(language, written, said) for written, said in pairs]


CASES = [
    *lines(ENGLISH, "en"),
    *lines(GERMAN, "de"),
    *lines(FRENCH, "fr"),
    *lines(SPANISH, "es"),
    *lines(ITALIAN, "it"),
    *lines(PORTUGUESE, "pt"),
]


@pytest.mark.parametrize(("language", "written", "said"), CASES)
def test_it_is_said_as_a_reader_says_it(language: str, written: str, said: str) -> None:
    assert spoken_form(written, language) == said
