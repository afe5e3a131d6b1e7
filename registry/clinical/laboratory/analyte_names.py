"""What laboratories call the analytes on paper, in both languages; the names of the registry itself are told by who asks.

Only names that mean one analyte: NEUT% is no count, TBIL no bilirubin ratio. Compared without case, width and white space.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from registry.clinical.laboratory.quantities import plain_text

PRINTED: Mapping[str, str] = MappingProxyType(
    {
        "alb": "ALB|Albumin|白蛋白|血清白蛋白",
        "tbil": "TBIL|T-BIL|TB|STB|Bilirubin, total|总胆红素",
        "dbil": "DBIL|D-BIL|DB|直接胆红素|结合胆红素",
        "alt": "ALT|GPT|SGPT|ALAT|谷丙转氨酶|丙氨酸氨基转移酶|丙氨酸转氨酶",
        "ast": "AST|GOT|SGOT|ASAT|谷草转氨酶|天门冬氨酸氨基转移酶|天冬氨酸氨基转移酶|天冬氨酸转氨酶",
        "ggt": "GGT|γ-GT|γ-GGT|r-GT|GAMMA-GT|谷氨酰转肽酶|γ-谷氨酰转肽酶|γ-谷氨酰转移酶|谷氨酰转移酶",
        "alp": "ALP|AKP|碱性磷酸酶",
        "ldh": "LDH|LD|乳酸脱氢酶",
        "tba": "TBA|总胆汁酸",
        "prealb": "PA|PAB|PALB|前白蛋白",
        "tp": "TP|总蛋白|血清总蛋白",
        "nh3": "NH3|AMM|血氨|氨",
        "pt": "PT|PT(s)|PT-S|凝血酶原时间",
        "pta": "PTA|PT%|PT活动度|凝血酶原活动度",
        "inr": "INR|PT-INR|PTINR|国际标准化比值|国际标准化比率",
        "aptt": "APTT|活化部分凝血活酶时间",
        "fib": "FIB|纤维蛋白原",
        "d_dimer": "D-D|DD|D-Dimer|D-二聚体|D二聚体",
        "wbc": "WBC|白细胞|白细胞计数|白细胞数",
        "neut": "NEUT|NEUT#|NE#|GRAN#|ANC|中性粒细胞计数|中性粒细胞绝对值|中性粒细胞数",
        "lym": "LYM|LYMPH|LYMPH#|LYM#|LY#|淋巴细胞计数|淋巴细胞绝对值|淋巴细胞数",
        "mono": "MONO|MONO#|MO#|单核细胞计数|单核细胞绝对值|单核细胞数",
        "eos": "EOS|EOS#|EO#|嗜酸性粒细胞计数|嗜酸性粒细胞绝对值|嗜酸细胞绝对值",
        "hb": "HGB|HB|Hemoglobin|Haemoglobin|血红蛋白|血红蛋白浓度",
        "plt": "PLT|Platelets|Platelet count|血小板|血小板计数|血小板数",
        "crp": "CRP|hs-CRP|hsCRP|C反应蛋白|C-反应蛋白|超敏C反应蛋白",
        "crea": "CREA|CRE|CR|SCR|Creatinine|肌酐|血肌酐",
        "urea": "UREA|尿素",
        "uric": "UA|URIC|尿酸|血尿酸",
        "na": "NA|NA+|Sodium|钠|血钠|血清钠",
        "k": "K|K+|Potassium|钾|血钾|血清钾",
        "ca": "CA|CA2+|CA++|Calcium|钙|总钙|血钙",
        "mg": "MG|MG2+|MG++|镁|血镁",
        "phos": "P|IP|PHOS|磷|无机磷|血磷",
        "glu": "GLU|Glucose|葡萄糖|血糖|空腹血糖",
        "hba1c": "HBA1C|糖化血红蛋白",
        "chol": "TC|TCHO|CHOL|总胆固醇|胆固醇",
        "tg": "TG|TRIG|甘油三酯|甘油三脂",
        "u_pro_dip": "尿蛋白|尿蛋白定性",
        "u_pro_24h": "24h尿蛋白|24小时尿蛋白|24小时尿蛋白定量",
        "afp": "AFP|Alpha-fetoprotein|Alpha fetoprotein|甲胎蛋白",
        "afp_l3": "AFP-L3|AFP-L3%|甲胎蛋白异质体",
        "pivka2": "PIVKA-II|PIVKA-Ⅱ|PIVKA|PIVKAII|DCP|异常凝血酶原",
        "cea": "CEA|癌胚抗原",
        "ca199": "CA199|CA19-9|CA-199|CA 19-9|糖类抗原19-9|糖类抗原199",
        "hbsag_q": "HBSAG|乙肝表面抗原|乙型肝炎表面抗原",
        "hbeag": "HBEAG|乙肝e抗原|乙型肝炎e抗原",
        "hbv_dna": "HBV-DNA|HBVDNA|HBV DNA|乙肝病毒DNA|乙型肝炎病毒DNA|乙肝DNA",
        "hcv_ab": "ANTI-HCV|HCV-AB|HCVAB|丙肝抗体|丙型肝炎抗体",
        "hcv_rna": "HCV-RNA|HCVRNA|HCV RNA|丙肝病毒RNA",
        "ck": "CK|CPK|肌酸激酶",
        "tni": "TNI|CTNI|肌钙蛋白I",
        "tnt": "TNT|CTNT|肌钙蛋白T",
        "nt_probnp": "NT-PROBNP|NTPROBNP|N末端B型钠尿肽原",
        "amy": "AMY|AMS|淀粉酶",
        "lps": "LPS|LIP|脂肪酶",
        "tsh": "TSH|促甲状腺激素",
        "ft4": "FT4|游离甲状腺素|游离T4",
        "ft3": "FT3|游离三碘甲状腺原氨酸|游离T3",
        "cort": "CORT|COR|皮质醇",
    }
)


def folded_name(name: str) -> str:
    """One spelling of a name: half width, without case, white space and the marks that printouts set around it."""
    return "".join(plain_text(name).casefold().replace("γ", "r").split()).strip("*★▲△:-.")


@cache
def printed_names() -> Mapping[str, str]:
    """Folded name → analyte."""
    return {folded_name(name): analyte for analyte, names in PRINTED.items() for name in names.split("|")}
