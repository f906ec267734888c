"""Writes a folder of sources full of identifiers, and the list of them (identifiers.txt, one a line). Usage: deidentification_files.py make FOLDER"""

import pathlib
import sys

import nibabel
import numpy as np
import pydicom
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

folder = pathlib.Path(sys.argv[2])
identifiers = []

# Keyword: value, of which each word alone would give the patient away.
TEXTS = {
    "PatientName": "Zyxwald^Quorianna^Theofrast",
    "PatientID": "MRN-8815337",
    "OtherPatientIDs": "ALT-5520981",
    "OtherPatientNames": "Mondegreen^Quorianna",
    "PatientBirthName": "Brackwater",
    "PatientMotherBirthName": "Ostrander",
    "PatientAddress": "17 Gallowglass Lane Thornbury",
    "PatientTelephoneNumbers": "+49-555-0192837",
    "PatientBirthDate": "19210317",
    "PatientBirthTime": "041733",
    "PatientAge": "103Y",
    "MilitaryRank": "Brigadier",
    "EthnicGroup": "Lemurian",
    "Occupation": "Falconer",
    "AdditionalPatientHistory": "Known to Dr Hawksworth since 1977",
    "PatientComments": "Neighbour of Mrs Pennyfeather",
    "InstitutionName": "Sanatorium Vogelweide",
    "InstitutionAddress": "3 Klosterweg Aldermoor",
    "InstitutionalDepartmentName": "Nephroradiology",
    "StationName": "SCANNER-QX77",
    "DeviceSerialNumber": "SN-4471902",
    "ReferringPhysicianName": "Tannhauser^Ulfric",
    "PerformingPhysicianName": "Winterbourne^Sieglinde",
    "PhysiciansOfRecord": "Drosselmeyer^Edda",
    "NameOfPhysiciansReadingStudy": "Kestrelmann^Ottokar",
    "OperatorsName": "Fennimore^Lisbet",
    "RequestingPhysician": "Abernathy^Corwin",
    "AccessionNumber": "ACC-7733190",
    "StudyID": "ST-660142",
    "StudyDescription": "Follow-up Marchbanks trial",
    "SeriesDescription": "Repeat for Lightfoot",
    "ProtocolName": "Protocol Grimaldi",
    "ImageComments": "Seen by Underhill",
    "StudyDate": "20190823",
    "SeriesDate": "20190824",
    "AcquisitionDate": "20190825",
    "ContentDate": "20190826",
    "StudyTime": "101733",
    "SoftwareVersions": "syngo-XR99",
    "Manufacturer": "Roentgenwerke Schwarzfels",
    "ManufacturerModelName": "Magnetron 9000",
    "BodyPartExamined": "QUILLFEATHER",
}
UIDS = ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")


def words(text):
    return [word for word in text.replace("^", " ").split() if len(word) > 3]


def dicom(path, number):
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    for i, name in enumerate(UIDS):
        uid = f"1.3.6.1.4.1.99999.{number}.{i}.7419283"
        setattr(data, name, uid)
        identifiers.append(uid)
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    for name, text in TEXTS.items():
        setattr(data, name, text)
        identifiers.extend(words(text))
    request = Dataset()
    request.ScheduledPerformingPhysicianName = "Nightingale^Rowena"
    request.RequestedProcedureDescription = "Asked by Bellweather"
    data.RequestAttributesSequence = [request]
    private = data.private_block(0x0029, "GALLIMAUFRY HEADER", create=True)
    private.add_new(1, "LO", "Private note on Crankshaw")
    identifiers.extend(["Nightingale", "Rowena", "Bellweather", "GALLIMAUFRY", "Crankshaw"])
    data.Modality, data.PatientSex, data.InstanceNumber = "CT", "F", number
    data.Rows = data.Columns = 8
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = 8
    data.HighBit, data.PixelRepresentation = 7, 0
    data.PixelData = np.arange(64, dtype=np.uint8).tobytes()
    data.save_as(path, enforce_file_format=True)


ct = folder / "dicom_Zyxwald/Gwendolyn"
ct.mkdir(parents=True)
for number in (1, 2):
    dicom(ct / f"Hollingsworth_{number}.dcm", number)
identifiers += ["Gwendolyn", "Hollingsworth"]

volumes = folder / "nifti_Zyxwald"
volumes.mkdir()
for name in ("Farnsworth_Ebenezer", "Applecross_Tilda"):
    image = nibabel.Nifti1Image(np.arange(60, dtype=np.uint8).reshape(3, 4, 5), np.eye(4))
    image.header["descrip"] = b"scan of Winklepicker"
    image.header["aux_file"] = b"Smallbridge.txt"
    image.header["intent_name"] = b"Thistledown"
    image.header["db_name"] = b"Goodfellow"
    nibabel.save(image, volumes / f"{name}.nii.gz")
    identifiers += name.split("_")
identifiers += ["Winklepicker", "Smallbridge", "Thistledown", "Goodfellow"]

table = folder / "table_Zyxwald.csv"
table.write_text("patient,sample_id,x,label\nMRN-8815337,Lovelace_1,1,0\nMRN-7700142,Lovelace_2,2,1\nMRN-8815337,Lovelace_3,3,1\n")
identifiers += ["MRN-7700142", "Lovelace"]

# A header's descriptions and comments are free text.
records = folder / "wfdb_Zyxwald"
records.mkdir()
for name in ("Pettigrew", "Ravenscroft"):
    (records / f"{name}.hea").write_text(f"{name} 2 100 2000 10:17:33 23/08/2019\n{name}.dat 16 200/mV 16 0 0 0 0 Lead I of Skeffington\n"
                                         f"{name}.dat 16 200/Cavanaugh 16 0 0 0 0 II\n# seen by Drummond\n")
    (records / f"{name}.dat").write_bytes(bytes(8000))
    identifiers.append(name)
identifiers += ["Skeffington", "Cavanaugh", "Drummond", "10:17:33", "23/08/2019"]

images = folder / "images_Zyxwald"
for i in range(12):
    image = images / ["benign", "malignant"][i % 2] / f"Abernethy_{i}.png"
    image.parent.mkdir(parents=True, exist_ok=True)
    note = PngInfo()
    note.add_text("Description", "Biopsy of Thackeray")
    Image.fromarray(np.full((4, 4), i, np.uint8)).save(image, pnginfo=note)
identifiers += ["Abernethy", "Thackeray"]

# The words of the texts themselves are what is to be learnt.
text = "no acute abnormality of the chest is seen on either of both views today"
rows = [f"PAT-7719{i % 4},Fotheringay {i % 4},SMP-{i}-3301,{text},{i % 2}" for i in range(12)]
(folder / "notes_Zyxwald.csv").write_text("\n".join(["patient,Patient Name,sample_id,report,label", *rows]) + "\n")
identifiers += [f"PAT-7719{i}" for i in range(4)] + ["Fotheringay", "-3301"]

# A hospital's own table: only the patient's column is named to the import.
PATIENTS = [("Wetherby, Ottoline", 66120447, 31408852, "20240105", "12-Mar-2024", "0160-7741823"),
            ("Penhaligon, Jory", 66120448, 31408853, "20240217", "03-Apr-2024", "0160-7741824"),
            ("Trevanion, Loveday", 66120449, 31408854, "20230909", "28-Feb-2023", "0160-7741825")]
COLUMNS = "Patient Name,mrn,insurance_no,visit_date,admitted,Phone Number,patient_id,ZIP Code,DOB,age,sex,outcome"
rows = [COLUMNS]
for i in range(30):
    name, mrn, insurance, visit, admitted, phone = PATIENTS[i % 3]
    rows.append(f'"{name}",{mrn},{insurance},{visit},{admitted},{phone},PAT-40{i % 3}77,8{i % 3}3917,1{i % 3}.04.1951,{50 + i},{"mf"[i % 2]},{i % 2}')
(folder / "hospital_Zyxwald.csv").write_text("\n".join(rows) + "\n")
for i, patient in enumerate(PATIENTS):
    identifiers += [word.strip(",") for text in patient[:1] for word in text.split()]
    identifiers += [str(patient[1]), str(patient[2]), *patient[3:], f"PAT-40{i}77", f"8{i}3917", f"1{i}.04.1951"]
    numbers = [patient[1], patient[2], int(patient[3]), int(f"8{i}3917")]
    identifiers += [f"f32 {number}" for number in numbers]  # as features would hold them
(folder / "identifiers.txt").write_text("\n".join(sorted(set(identifiers))) + "\n")
