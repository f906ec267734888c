#include "data/formats/dicom/dicom_terms.h"

#include <algorithm>
#include <map>
#include <set>

namespace galen::data {
namespace {

using Terms = std::set<std::string>;

const Terms kModalities = {"ANN", "AR", "ASMT", "AU", "BDUS", "BI", "BMD", "CFM", "CR", "CT", "CTPROTOCOL", "DG", "DMS", "DOC", "DX", "ECG",
                           "EEG", "EMG", "EOG", "EPS", "ES", "FID", "GM", "HC", "HD", "IO", "IOL", "IVOCT", "IVUS", "KER", "KO", "LEN",
                           "LS", "M3D", "MG", "MR", "NM", "OAM", "OCT", "OP", "OPM", "OPT", "OPTBSV", "OPTENF", "OPV", "OSS", "OT", "PA",
                           "PLAN", "POS", "PR", "PT", "PX", "REG", "RESP", "RF", "RG", "RTDOSE", "RTIMAGE", "RTINTENT", "RTPLAN", "RTRAD",
                           "RTRECORD", "RTSEGANN", "RTSTRUCT", "RWV", "SEG", "SM", "SMR", "SR", "SRF", "STAIN", "TEXTUREMAP", "TG", "US",
                           "VA", "XA", "XAPROTOCOL", "XC",
                           // retired, and still in archives
                           "AS", "CD", "CF", "CP", "CS", "DD", "DF", "DM", "DS", "EC", "FA", "FS", "LP", "MA", "MS", "OPR", "ST", "VF"};

const Terms kBodyParts = {"ABDOMEN",
                          "ABDOMENPELVIS",
                          "ADRENAL",
                          "ANKLE",
                          "AORTA",
                          "ARM",
                          "AXILLA",
                          "BACK",
                          "BLADDER",
                          "BRAIN",
                          "BREAST",
                          "BRONCHUS",
                          "BUTTOCK",
                          "CALCANEUS",
                          "CALF",
                          "CAROTID",
                          "CEREBELLUM",
                          "CERVIX",
                          "CHEEK",
                          "CHEST",
                          "CHESTABDOMEN",
                          "CHESTABDPELVIS",
                          "CIRCLEOFWILLIS",
                          "CLAVICLE",
                          "COCCYX",
                          "COLON",
                          "CORNEA",
                          "CORONARYARTERY",
                          "CSPINE",
                          "CTSPINE",
                          "DUODENUM",
                          "EAR",
                          "ELBOW",
                          "ESOPHAGUS",
                          "EXTREMITY",
                          "EYE",
                          "EYELID",
                          "FACE",
                          "FEMUR",
                          "FINGER",
                          "FOOT",
                          "GALLBLADDER",
                          "HAND",
                          "HEAD",
                          "HEADNECK",
                          "HEART",
                          "HIP",
                          "HUMERUS",
                          "IAC",
                          "ILEUM",
                          "ILIUM",
                          "JAW",
                          "JEJUNUM",
                          "KIDNEY",
                          "KNEE",
                          "LARYNX",
                          "LEG",
                          "LIVER",
                          "LSPINE",
                          "LSSPINE",
                          "LUNG",
                          "MAXILLA",
                          "MEDIASTINUM",
                          "MOUTH",
                          "NECK",
                          "NECKCHEST",
                          "NECKCHESTABDOMEN",
                          "NECKCHESTABDPELV",
                          "NOSE",
                          "ORBIT",
                          "OVARY",
                          "PANCREAS",
                          "PAROTID",
                          "PATELLA",
                          "PELVIS",
                          "PENIS",
                          "PHARYNX",
                          "PROSTATE",
                          "RADIUS",
                          "RADIUSULNA",
                          "RECTUM",
                          "RIB",
                          "SCALP",
                          "SCAPULA",
                          "SCLERA",
                          "SCROTUM",
                          "SHOULDER",
                          "SKULL",
                          "SPINE",
                          "SPLEEN",
                          "SSPINE",
                          "STERNUM",
                          "STOMACH",
                          "SUBMANDIBULAR",
                          "TESTIS",
                          "THIGH",
                          "THUMB",
                          "THYMUS",
                          "THYROID",
                          "TIBIA",
                          "TIBIAFIBULA",
                          "TLSPINE",
                          "TMJ",
                          "TOE",
                          "TONGUE",
                          "TRACHEA",
                          "TSPINE",
                          "ULNA",
                          "URETER",
                          "URETHRA",
                          "UTERUS",
                          "VAGINA",
                          "VULVA",
                          "WHOLEBODY",
                          "WRIST",
                          "ZYGOMA"};

const Terms kViews = {"AP",    "PA", "LL", "RL",  "RLD", "LLD", "RLO", "LLO", "LAO", "RAO", "LPO",  "RPO",  "LAT",    "LATERAL", "OBL",
                      "AXIAL", "CC", "ML", "MLO", "LM",  "LMO", "FB",  "SIO", "ISO", "XCC", "XCCL", "XCCM", "SUPINE", "ERECT"};

const std::map<std::uint32_t, Terms> kTerms = {{0x00080060, kModalities}, {0x00180015, kBodyParts},           {0x00100040, {"M", "F", "O"}},
                                               {0x00200060, {"R", "L"}},  {0x00200062, {"R", "L", "U", "B"}}, {0x00185101, kViews}};

}  // namespace

bool is_dicom_term(std::uint32_t tag, const std::string& value) {
  const auto attribute = kTerms.find(tag);
  if (attribute == kTerms.end()) return false;
  std::string term = value;
  if (tag == 0x00180015) std::erase_if(term, [](char c) { return c == ' ' || c == '_'; });
  return attribute->second.count(term) > 0;
}

}  // namespace galen::data
