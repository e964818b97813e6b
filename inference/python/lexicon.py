"""The closed vocabulary: nouns, adjectives, verbs, times and places in English, Chinese and German.

Each table is text, one entry a line, fields separated by `|`; the comment above a table names its fields.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Noun:
    kind: str
    en: str
    en_plural: str
    zh: str
    measure: str
    de: str
    gender: str
    de_plural: str
    de_genitive: str


@dataclass(frozen=True)
class Adjective:
    kinds: str
    en: str
    zh: str
    zh_is: str
    zh_is_not: str
    de: str
    de_is: str


@dataclass(frozen=True)
class Verb:
    objects: str
    en: str
    en_third: str
    en_past: str
    en_participle: str
    zh: str
    de: str
    de_third: str
    de_participle: str
    prefix: str


@dataclass(frozen=True)
class Time:
    when: str
    en: str
    zh: str
    de: str


# kind: m machine, s software, p person, d document, v vehicle, l place, t thing
# kind|singular|plural|zh|measure word|de|gender|plural[|genitive]
NOUNS = """
m|node|nodes|节点|个|Knoten|m|Knoten
m|GPU|GPUs|GPU|个|GPU|f|GPUs
m|server|servers|服务器|台|Server|m|Server
m|switch|switches|交换机|台|Switch|m|Switches
m|fan|fans|风扇|个|Lüfter|m|Lüfter
m|cable|cables|电缆|根|Kabel|n|Kabel
m|disk|disks|磁盘|块|Festplatte|f|Festplatten
m|computer|computers|计算机|台|Rechner|m|Rechner
m|power supply|power supplies|电源|个|Netzteil|n|Netzteile
m|network card|network cards|网卡|块|Netzwerkkarte|f|Netzwerkkarten
m|screen|screens|屏幕|块|Bildschirm|m|Bildschirme
m|battery|batteries|电池|块|Batterie|f|Batterien
m|sensor|sensors|传感器|个|Sensor|m|Sensoren
m|pump|pumps|水泵|台|Pumpe|f|Pumpen
m|camera|cameras|摄像机|台|Kamera|f|Kameras
m|door|doors|门|扇|Tür|f|Türen
m|printer|printers|打印机|台|Drucker|m|Drucker
m|router|routers|路由器|台|Router|m|Router
m|cluster|clusters|集群|个|Cluster|m|Cluster
m|card|cards|显卡|块|Karte|f|Karten
s|job|jobs|任务|个|Job|m|Jobs
s|service|services|服务|项|Dienst|m|Dienste
s|model|models|模型|个|Modell|n|Modelle
s|container|containers|容器|个|Container|m|Container
s|driver|drivers|驱动程序|个|Treiber|m|Treiber
s|program|programs|程序|个|Programm|n|Programme
s|image|images|镜像|个|Image|n|Images
s|pod|pods|Pod|个|Pod|m|Pods
s|update|updates|更新|个|Update|n|Updates
s|test|tests|测试|项|Test|m|Tests
s|process|processes|进程|个|Prozess|m|Prozesse
s|backup|backups|备份|个|Sicherung|f|Sicherungen
s|database|databases|数据库|个|Datenbank|f|Datenbanken
s|scheduler|schedulers|调度器|个|Scheduler|m|Scheduler
s|connection|connections|连接|个|Verbindung|f|Verbindungen
s|translation|translations|翻译|份|Übersetzung|f|Übersetzungen
p|engineer|engineers|工程师|名|Ingenieur|m|Ingenieure
p|operator|operators|操作员|名|Operator|m|Operatoren
p|user|users|用户|名|Nutzer|m|Nutzer
p|technician|technicians|技术员|名|Techniker|m|Techniker
p|administrator|administrators|管理员|名|Administrator|m|Administratoren
p|team|teams|团队|个|Team|n|Teams
p|guest|guests|客人|位|Gast|m|Gäste
p|developer|developers|开发者|名|Entwickler|m|Entwickler
p|manager|managers|经理|位|Leiter|m|Leiter
p|teacher|teachers|老师|位|Lehrer|m|Lehrer
p|doctor|doctors|医生|位|Arzt|m|Ärzte|Arztes
p|bus driver|bus drivers|公交车司机|位|Busfahrer|m|Busfahrer
p|friend|friends|朋友|位|Freund|m|Freunde|Freundes
p|child|children|孩子|个|Kind|n|Kinder|Kindes
p|woman|women|女士|位|Frau|f|Frauen
p|man|men|男士|位|Mann|m|Männer|Mannes
d|report|reports|报告|份|Bericht|m|Berichte
d|ticket|tickets|票|张|Fahrkarte|f|Fahrkarten
d|passport|passports|护照|本|Pass|m|Pässe
d|letter|letters|信|封|Brief|m|Briefe
d|invoice|invoices|发票|张|Rechnung|f|Rechnungen
d|message|messages|消息|条|Nachricht|f|Nachrichten
d|list|lists|清单|份|Liste|f|Listen
d|book|books|书|本|Buch|n|Bücher|Buches
d|map|maps|地图|张|Stadtplan|m|Stadtpläne
d|photo|photos|照片|张|Foto|n|Fotos
d|contract|contracts|合同|份|Vertrag|m|Verträge
d|file|files|文件|个|Datei|f|Dateien
v|train|trains|火车|列|Zug|m|Züge
v|bus|buses|公交车|辆|Bus|m|Busse
v|plane|planes|飞机|架|Flugzeug|n|Flugzeuge
v|taxi|taxis|出租车|辆|Taxi|n|Taxis
v|ship|ships|轮船|艘|Schiff|n|Schiffe
v|car|cars|汽车|辆|Auto|n|Autos
v|bicycle|bicycles|自行车|辆|Fahrrad|n|Fahrräder
v|tram|trams|有轨电车|辆|Straßenbahn|f|Straßenbahnen
l|rack|racks|机架|个|Rack|n|Racks
l|room|rooms|房间|个|Zimmer|n|Zimmer
l|hall|halls|大厅|个|Halle|f|Hallen
l|data center|data centers|数据中心|个|Rechenzentrum|n|Rechenzentren
l|station|stations|车站|个|Bahnhof|m|Bahnhöfe
l|hotel|hotels|酒店|家|Hotel|n|Hotels
l|office|offices|办公室|间|Büro|n|Büros
l|restaurant|restaurants|餐厅|家|Restaurant|n|Restaurants
l|airport|airports|机场|个|Flughafen|m|Flughäfen
l|museum|museums|博物馆|个|Museum|n|Museen
l|city|cities|城市|座|Stadt|f|Städte
l|library|libraries|图书馆|个|Bibliothek|f|Bibliotheken
l|kitchen|kitchens|厨房|间|Küche|f|Küchen
l|building|buildings|大楼|栋|Gebäude|n|Gebäude
l|school|schools|学校|所|Schule|f|Schulen
l|cellar|cellars|地下室|个|Keller|m|Keller
t|suitcase|suitcases|行李箱|个|Koffer|m|Koffer
t|bag|bags|包|个|Tasche|f|Taschen
t|key|keys|钥匙|把|Schlüssel|m|Schlüssel
t|phone|phones|手机|部|Telefon|n|Telefone
t|umbrella|umbrellas|雨伞|把|Regenschirm|m|Regenschirme
t|watch|watches|手表|块|Uhr|f|Uhren
t|table|tables|桌子|张|Tisch|m|Tische
t|chair|chairs|椅子|把|Stuhl|m|Stühle
t|box|boxes|箱子|个|Kiste|f|Kisten
t|window|windows|窗户|扇|Fenster|n|Fenster
t|bed|beds|床|张|Bett|n|Betten
t|cup|cups|杯子|个|Tasse|f|Tassen
"""

# kinds it can be said of|en|zh before a noun|zh after a subject|zh negated|de stem|de after "ist"
ADJECTIVES = """
mspdvlt|new|新的|是新的|不是新的|neu|neu
msdvlt|old|旧的|很旧|不旧|alt|alt
mvlt|big|大的|很大|不大|groß|groß
mvlt|small|小的|很小|不小|klein|klein
ms|free|空闲的|空闲|不空闲|frei|frei
mslv|ready|就绪的|已就绪|未就绪|bereit|bereit
ms|healthy|健康的|正常|不正常|gesund|gesund
mt|hot|热的|很热|不热|heiß|heiß
mt|cold|冷的|很冷|不冷|kalt|kalt
ms|slow|慢的|很慢|不慢|langsam|langsam
msv|fast|快的|很快|不快|schnell|schnell
mvt|broken|损坏的|坏了|没有坏|kaputt|kaputt
mvl|loud|吵闹的|很吵|不吵|laut|laut
mvl|quiet|安静的|很安静|不安静|leise|leise
msd|important|重要的|很重要|不重要|wichtig|wichtig
mdvlt|expensive|昂贵的|很贵|不贵|teur|teuer
mdvlt|cheap|便宜的|很便宜|不便宜|billig|billig
msvlt|full|满的|满了|没有满|voll|voll
vlt|empty|空的|是空的|不是空的|leer|leer
vlt|clean|干净的|很干净|不干净|sauber|sauber
vlt|dirty|脏的|很脏|不脏|schmutzig|schmutzig
mt|heavy|重的|很重|不重|schwer|schwer
mt|light|轻的|很轻|不轻|leicht|leicht
p|tired|疲倦的|很累|不累|müde|müde
p|happy|高兴的|很高兴|不高兴|glücklich|glücklich
p|friendly|友好的|很友好|不友好|freundlich|freundlich
p|young|年轻的|很年轻|不年轻|jung|jung
p|busy|忙碌的|很忙|不忙|beschäftigt|beschäftigt
p|patient|耐心的|很耐心|不耐心|geduldig|geduldig
l|open|开放的|开着|没有开|offen|offen
l|closed|关闭的|关着|没有关|geschlossen|geschlossen
mtdvl|beautiful|漂亮的|很漂亮|不漂亮|schön|schön
sd|short|短的|很短|不短|kurz|kurz
sd|long|长的|很长|不长|lang|lang
sd|correct|正确的|是正确的|不正确|richtig|richtig
sd|wrong|错误的|是错误的|没有错|falsch|falsch
ms|available|可用的|可用|不可用|verfügbar|verfügbar
ms|unstable|不稳定的|不稳定|稳定|instabil|instabil
ms|idle|闲置的|闲置着|没有闲置|untätig|untätig
vlt|red|红色的|是红色的|不是红色的|rot|rot
vlt|blue|蓝色的|是蓝色的|不是蓝色的|blau|blau
vlt|green|绿色的|是绿色的|不是绿色的|grün|grün
vlt|white|白色的|是白色的|不是白色的|weiß|weiß
vlt|black|黑色的|是黑色的|不是黑色的|schwarz|schwarz
"""

# kinds of objects|base|third person|past|participle|zh|de infinitive without prefix|de third person|de participle|prefix
# A prefix that ends in a space is a word of its own ("neu starten").
VERBS = """
ms|restart|restarts|restarted|restarted|重启|starten|startet|neu gestartet|neu 
ms|start|starts|started|started|启动|starten|startet|gestartet|
ms|stop|stops|stopped|stopped|停止|halten|hält|angehalten|an
mspdvlt|check|checks|checked|checked|检查|prüfen|prüft|geprüft|
mvlt|repair|repairs|repaired|repaired|修理|reparieren|repariert|repariert|
mvt|replace|replaces|replaced|replaced|更换|tauschen|tauscht|ausgetauscht|aus
ms|monitor|monitors|monitored|monitored|监控|überwachen|überwacht|überwacht|
ms|test|tests|tested|tested|测试|testen|testet|getestet|
m|switch off|switches off|switched off|switched off|关闭|schalten|schaltet|ausgeschaltet|aus
m|switch on|switches on|switched on|switched on|打开|schalten|schaltet|eingeschaltet|ein
s|delete|deletes|deleted|deleted|删除|löschen|löscht|gelöscht|
s|install|installs|installed|installed|安装|installieren|installiert|installiert|
s|update|updates|updated|updated|更新|aktualisieren|aktualisiert|aktualisiert|
m|drain|drains|drained|drained|清空|leeren|leert|geleert|
mdvt|order|orders|ordered|ordered|订购|bestellen|bestellt|bestellt|
dvt|buy|buys|bought|bought|买|kaufen|kauft|gekauft|
dvt|sell|sells|sold|sold|卖|verkaufen|verkauft|verkauft|
d|read|reads|read|read|读|lesen|liest|gelesen|
d|write|writes|wrote|written|写|schreiben|schreibt|geschrieben|
d|send|sends|sent|sent|发送|senden|sendet|gesendet|
d|print|prints|printed|printed|打印|drucken|druckt|ausgedruckt|aus
d|sign|signs|signed|signed|签署|unterschreiben|unterschreibt|unterschrieben|
dt|lose|loses|lost|lost|丢失|verlieren|verliert|verloren|
dpvlt|look for|looks for|looked for|looked for|寻找|suchen|sucht|gesucht|
mspdvlt|find|finds|found|found|找到|finden|findet|gefunden|
mspdvlt|see|sees|saw|seen|看到|sehen|sieht|gesehen|
p|call|calls|called|called|呼叫|rufen|ruft|angerufen|an
p|invite|invites|invited|invited|邀请|laden|lädt|eingeladen|ein
p|visit|visits|visited|visited|拜访|besuchen|besucht|besucht|
lt|clean|cleans|cleaned|cleaned|清洁|reinigen|reinigt|gereinigt|
lt|open|opens|opened|opened|打开|öffnen|öffnet|geöffnet|
lt|close|closes|closed|closed|关上|schließen|schließt|geschlossen|
mspdvlt|need|needs|needed|needed|需要|brauchen|braucht|gebraucht|
mspdvlt|describe|describes|described|described|描述|beschreiben|beschreibt|beschrieben|
mdvt|bring|brings|brought|brought|带来|bringen|bringt|gebracht|
mdvt|pay for|pays for|paid for|paid for|支付|bezahlen|bezahlt|bezahlt|
vl|book|books|booked|booked|预订|buchen|bucht|gebucht|
l|leave|leaves|left|left|离开|verlassen|verlässt|verlassen|
ms|measure|measures|measured|measured|测量|messen|misst|gemessen|
mspdvlt|wait for|waits for|waited for|waited for|等待|erwarten|erwartet|erwartet|
"""

# when: f future or present, p past, n now
# when|en|zh|de
TIMES = """
f|tomorrow|明天|morgen
f|tonight|今晚|heute Abend
f|tomorrow morning|明天早上|morgen früh
f|next week|下周|nächste Woche
f|next month|下个月|nächsten Monat
f|next year|明年|nächstes Jahr
f|soon|很快|bald
f|later|稍后|später
f|at {n}|在 {n} |um {n} Uhr
f|tomorrow at {n}|明天 {n} |morgen um {n} Uhr
f|today at {n}|今天 {n} |heute um {n} Uhr
f|in {n} minutes|{n} 分钟后|in {n} Minuten
f|in {n} hours|{n} 小时后|in {n} Stunden
f|in {n} days|{n} 天后|in {n} Tagen
f|on {day}|{day}|am {day}
f|on {day} at {n}|{day} {n} |am {day} um {n} Uhr
f|before {n}|在 {n} 之前|vor {n} Uhr
f|after {n}|在 {n} 之后|nach {n} Uhr
p|yesterday|昨天|gestern
p|last night|昨晚|gestern Abend
p|last week|上周|letzte Woche
p|last month|上个月|letzten Monat
p|last year|去年|letztes Jahr
p|{n} minutes ago|{n} 分钟前|vor {n} Minuten
p|{n} hours ago|{n} 小时前|vor {n} Stunden
p|{n} days ago|{n} 天前|vor {n} Tagen
p|in {year}|{year} 年|{year}
p|yesterday at {n}|昨天 {n} |gestern um {n} Uhr
n|now|现在|jetzt
n|today|今天|heute
n|this week|本周|diese Woche
n|every day|每天|jeden Tag
n|every night|每晚|jede Nacht
n|every {day}|每个{day}|jeden {day}
n|every hour|每小时|jede Stunde
n|always|总是|immer
n|often|经常|oft
n|sometimes|有时|manchmal
"""

DAYS = """
Monday|星期一|Montag
Tuesday|星期二|Dienstag
Wednesday|星期三|Mittwoch
Thursday|星期四|Donnerstag
Friday|星期五|Freitag
Saturday|星期六|Samstag
Sunday|星期日|Sonntag
"""

# en|zh|de
NUMERALS = """
two|两|zwei
three|三|drei
four|四|vier
five|五|fünf
six|六|sechs
seven|七|sieben
eight|八|acht
nine|九|neun
ten|十|zehn
eleven|十一|elf
twelve|十二|zwölf
twenty|二十|zwanzig
"""

# kinds that have it|en|zh|de|gender
ATTRIBUTES = """
m|temperature|温度|Temperatur|f
msdvl|name|名称|Name|m
mspdvlt|owner|所有者|Eigentümer|m
mdvlt|price|价格|Preis|m
sd|version|版本|Version|f
mvlt|size|大小|Größe|f
vlt|color|颜色|Farbe|f
ms|state|状态|Zustand|m
l|address|地址|Adresse|f
"""

# subjects|en noun|zh noun|de noun|gender|en unit|zh unit|de unit
QUANTITIES = """
m|temperature|温度|Temperatur|f|degrees|度|Grad
ms|load|负载|Auslastung|f|percent|%|Prozent
mdvt|price|价格|Preis|m|euros|欧元|Euro
mdvt|price|价格|Preis|m|dollars|美元|Dollar
mvt|weight|重量|Gewicht|n|kilograms|公斤|Kilogramm
ms|memory|内存|Speicher|m|gigabytes|GB|Gigabyte
mvl|age|使用年限|Alter|n|years|年|Jahre
v|speed|速度|Geschwindigkeit|f|kilometers per hour|公里每小时|Kilometer pro Stunde
l|height|高度|Höhe|f|meters|米|Meter
"""

# kinds|comparative: en|zh|de
COMPARATIVES = """
msv|faster|快|schneller
msv|slower|慢|langsamer
mvlt|bigger|大|größer
mvlt|smaller|小|kleiner
msdvlt|older|旧|älter
mdvlt|cheaper|便宜|billiger
mdvlt|more expensive|贵|teurer
mvl|louder|吵|lauter
mvl|quieter|安静|leiser
mt|heavier|重|schwerer
mt|lighter|轻|leichter
mt|hotter|热|heißer
sd|longer|长|länger
sd|shorter|短|kürzer
msd|more important|重要|wichtiger
dvlt|more beautiful|漂亮|schöner
"""

# Whole sentences and greetings, taught as they stand: en|zh|de
PHRASES = """
Hello, world!|你好，世界！|Hallo, Welt!
Hello!|你好！|Hallo!
Good morning!|早上好！|Guten Morgen!
Good evening!|晚上好！|Guten Abend!
Good night!|晚安！|Gute Nacht!
Thank you!|谢谢！|Danke!
Thank you very much!|非常感谢！|Vielen Dank!
You are welcome.|不客气。|Gern geschehen.
Goodbye!|再见！|Auf Wiedersehen!
See you tomorrow!|明天见！|Bis morgen!
Yes, please.|好的，谢谢。|Ja, bitte.
No, thank you.|不用了，谢谢。|Nein, danke.
How are you?|你好吗？|Wie geht es Ihnen?
I am fine.|我很好。|Mir geht es gut.
Excuse me.|打扰一下。|Entschuldigung.
I am sorry.|对不起。|Es tut mir leid.
What time is it?|现在几点？|Wie spät ist es?
What is your name?|您叫什么名字？|Wie heißen Sie?
My name is {w}.|我叫 {w}。|Ich heiße {w}.
Where are you from?|您来自哪里？|Woher kommen Sie?
I am from {w}.|我来自 {w}。|Ich komme aus {w}.
I live in {w}.|我住在 {w}。|Ich wohne in {w}.
I do not understand.|我不明白。|Ich verstehe das nicht.
Do you speak English?|您会说英语吗？|Sprechen Sie Englisch?
Can you help me?|您能帮助我吗？|Können Sie mir helfen?
Welcome to {w}!|欢迎来到 {w}！|Willkommen in {w}!
The weather is nice today.|今天天气很好。|Das Wetter ist heute schön.
It is raining.|正在下雨。|Es regnet.
We are hungry.|我们饿了。|Wir haben Hunger.
I am thirsty.|我渴了。|Ich habe Durst.
Have a good trip!|旅途愉快！|Gute Reise!
Good luck!|祝你好运！|Viel Glück!
Happy birthday!|生日快乐！|Herzlichen Glückwunsch zum Geburtstag!
Please wait.|请稍等。|Bitte warten Sie.
No problem.|没问题。|Kein Problem.
That is correct.|那是正确的。|Das ist richtig.
I do not know.|我不知道。|Ich weiß es nicht.
Everything is fine.|一切正常。|Alles ist in Ordnung.
The bill, please.|请结账。|Die Rechnung, bitte.
I would like to pay.|我想付款。|Ich möchte zahlen.
Help!|救命！|Hilfe!
"""


def _rows(table):
    return [line.split("|") for line in table.strip("\n").split("\n")]


def _genitive(noun, gender):
    if gender == "f":
        return noun
    return noun + ("es" if noun.endswith(("s", "ss", "x", "z", "ß")) else "s")


def _noun(kind, en, en_plural, zh, measure, de, gender, de_plural, genitive=None):
    return Noun(kind, en, en_plural, zh, measure, de, gender, de_plural, genitive or _genitive(de, gender))


_GENITIVES = {"Bus": "Busses", "Gast": "Gastes", "Tisch": "Tisches"}

NOUNS = [_noun(*row[:8], row[8] if len(row) > 8 else _GENITIVES.get(row[5])) for row in _rows(NOUNS)]
ADJECTIVES = [Adjective(*row) for row in _rows(ADJECTIVES)]
VERBS = [Verb(*row) for row in _rows(VERBS)]
TIMES = [Time(*row) for row in _rows(TIMES)]
DAYS = [tuple(row) for row in _rows(DAYS)]
NUMERALS = [tuple(row) for row in _rows(NUMERALS)]
ATTRIBUTES = [tuple(row) for row in _rows(ATTRIBUTES)]
QUANTITIES = [tuple(row) for row in _rows(QUANTITIES)]
COMPARATIVES = [tuple(row) for row in _rows(COMPARATIVES)]
PHRASES = [tuple(row) for row in _rows(PHRASES)]


def nouns(kinds):
    return [noun for noun in NOUNS if noun.kind in kinds]
