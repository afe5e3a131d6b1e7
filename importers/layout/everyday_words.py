"""How hospitals write what a list of codes says, by the English label of the code: 组织学 for Histology.

Only words that mean one code of a list whatever the center; what centers use otherwise, each says for itself.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from importers.files.cell import normalized
from registry.languages import in_both

EVERYDAY: Mapping[str, str] = MappingProxyType(
    {
        "Unknown": "不清楚 不明 不祥 不知道 not_known",
        "Not done": "未行 未检查 未检测 未评估",
        "None": "没有 未见",
        "Obtained": "已签 签署 已同意 同意",
        "Waived by ethics committee": "豁免 免除 免签 waived waiver",
        "Withdrawn": "撤回同意 已撤回",
        "Retrospective": "回顾",
        "Prospective": "前瞻",
        "Histology": "组织学 病理学 病理 病理诊断 组织病理 穿刺病理 术后病理 biopsy pathology",
        "Imaging criteria": "影像 影像学 影像诊断 影像学诊断 临床诊断 imaging",
        "Cytology": "细胞学",
        "Hepatocellular carcinoma": "肝细胞性肝癌 肝细胞肝癌 原发性肝细胞癌",
        "Combined hepatocellular-cholangiocarcinoma": "混合型肝癌 混合细胞癌 混合型",
        "Fibrolamellar carcinoma": "纤维板层癌 纤维板层样肝癌",
        "Intrahepatic cholangiocarcinoma": "肝内胆管细胞癌 胆管细胞癌",
        "Resectable": "能切除",
        "Mild": "轻 轻微",
        "Moderate": "中 中等量 中量",
        "Severe": "重",
        "Hypertension": "高血压病",
        "Diabetes mellitus": "糖尿病史 2型糖尿病",
        "Coronary artery disease": "冠状动脉粥样硬化性心脏病",
        "Never": "从未 从不吸烟 从不饮酒 不吸烟 不饮酒 无吸烟史 无饮酒史",
        "Former": "既往 曾经 已戒烟 已戒酒 戒烟 戒酒 既往吸烟 既往饮酒",
        "Current": "目前 现在 吸烟 饮酒 正在吸烟 正在饮酒 现吸 现饮",
        "Resection": "手术 手术切除 肝切除 肝切除术",
        "Ablation": "消融术",
        "Transplant": "肝移植",
        "Radiotherapy": "放射治疗",
        "Traditional Chinese medicine": "中医药 中医",
        "Baseline": "基线期",
        "Before treatment": "术前 治疗前评估",
        "After treatment": "术后 治疗后评估",
        "Follow-up": "复查",
        "Slight or controlled": "少量 轻度 少许",
        "Massive or refractory": "大量 重度 难治性",
        "Right lobe": "右 右肝 肝右叶",
        "Left lobe": "左 左肝 肝左叶",
        "Both lobes": "双侧 两叶 左右叶 双肝",
        "Caudate lobe": "尾叶",
        "Nodular": "结节",
        "Massive": "巨块",
        "Infiltrative": "浸润",
        "Diffuse": "弥漫",
        "Curative": "根治性",
        "Palliative": "姑息性",
        "Conversion or downstaging": "转化 降期 转化治疗",
        "Adjuvant": "辅助治疗",
        "Neoadjuvant": "新辅助治疗",
        "Complete response": "完全缓解(cr)",
        "Partial response": "部分缓解(pr)",
        "Stable disease": "稳定 疾病稳定(sd)",
        "Progressive disease": "进展 疾病进展(pd)",
        "Conventional TACE": "传统tace 常规介入",
        "Drug-eluting bead TACE": "载药微球 d-tace",
        "Femoral artery": "股动脉穿刺 经股动脉",
        "Radial artery": "桡动脉穿刺 经桡动脉",
        "Gelatin sponge": "明胶海绵颗粒",
        "Radiofrequency": "射频",
        "Microwave": "微波",
        "Cryoablation": "冷冻 氩氦刀",
        "Laser": "激光",
        "Ultrasound": "b超 彩超 us",
        "Contrast-enhanced ultrasound": "造影超声",
        "Percutaneous": "经皮穿刺",
        "Laparoscopic": "腔镜",
        "Open": "开放 开放手术",
        "Local anesthesia": "局麻",
        "General anesthesia": "全麻",
        "Dynamic CT": "增强ct ct增强",
        "Dynamic MRI": "增强mri mri增强 增强磁共振",
        "Angiography": "造影",
        "Intravenous": "静滴 静脉滴注",
        "Once daily": "1次/日 一日一次 每天一次",
        "Twice daily": "2次/日 一日两次 每天两次",
        "Alive": "生存 健在 在世",
        "Dead": "已死亡 已故 去世",
        "Lost to follow-up": "失联",
        "Outpatient visit": "门诊随访",
        "Telephone": "电话随访",
        "Recurrence": "已复发",
        "Gastrointestinal bleeding": "上消化道出血",
        "Liver failure": "肝功能衰竭",
        "Complete": "完全消融",
        "Incomplete": "不完全消融",
        "Transfusion": "输注血制品",
        "Intensive care": "icu",
        "Recovered": "治愈 已愈",
        "Patient refusal": "拒绝",
    }
)


def everyday_words(label: object) -> Iterator[str]:
    """Normalized."""
    english, _chinese = in_both(lambda: str(label))
    yield from map(normalized, _words(EVERYDAY.get(english, "")))


def _words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]
