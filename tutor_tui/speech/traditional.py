"""Brings traditional Chinese characters, as in Taiwan, to the simplified ones that the lessons are written in."""

_TRADITIONAL = (
    "謝說請問嗎麼對關係興認識見貴稱號點時間現幾塊錢兩個麵飯條餃雞魚湯蘋車書電視話語漢國會來從這裡裏邊"
    "兒們媽學習課師醫員務買賣單結帳賬歡愛聽讀寫開覺後還給讓沒無過氣門東館廳園圖機場銀業樂運動遊腦網畫"
    "彈鋼戲總經當樣種熱涼綠紅藍黃葉龍烏礦檸鮮餓飽貓鳥馬麗約瑪衛邁爾亞韓楊張陳劉趙吳孫華偉鄭許羅鄧馮蔣"
    "義蘭蘇臺灣廣倫紐維納萊費區鄉縣鎮農親爺婦職護設計軟體辦廠準備應該難簡雖為與雙歲樓頭髮發長鐘剛週禮"
    "達離遠進遲鬧靜幫錯壞煩複復講譯練題終續繼實訴誰隻壺盤籠籃燒鴨豬蝦鈴齊臉淨掃廚鍋燈參觀慣帶將卻隨變"
    "輕鬆優轉記憶妳適節歷證錄飛輛雜報紙燙貝餅蔥薦鹹濕陽陰風雲"
)
_SIMPLIFIED = (
    "谢说请问吗么对关系兴认识见贵称号点时间现几块钱两个面饭条饺鸡鱼汤苹车书电视话语汉国会来从这里里边"
    "儿们妈学习课师医员务买卖单结账账欢爱听读写开觉后还给让没无过气门东馆厅园图机场银业乐运动游脑网画"
    "弹钢戏总经当样种热凉绿红蓝黄叶龙乌矿柠鲜饿饱猫鸟马丽约玛卫迈尔亚韩杨张陈刘赵吴孙华伟郑许罗邓冯蒋"
    "义兰苏台湾广伦纽维纳莱费区乡县镇农亲爷妇职护设计软体办厂准备应该难简虽为与双岁楼头发发长钟刚周礼"
    "达离远进迟闹静帮错坏烦复复讲译练题终续继实诉谁只壶盘笼篮烧鸭猪虾铃齐脸净扫厨锅灯参观惯带将却随变"
    "轻松优转记忆你适节历证录飞辆杂报纸烫贝饼葱荐咸湿阳阴风云"
)
"""The characters that first lessons need, in the same order; 妳 is 你 to a woman."""
_TO_SIMPLIFIED = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def simplified(text: str) -> str:
    """`text`, each of its letters in its place."""
    return text.translate(_TO_SIMPLIFIED)
