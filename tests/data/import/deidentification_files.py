"""Writes a folder of sources full of identifiers, and the list of them (identifiers.txt, one a line). Usage: deidentification_files.py make FOLDER"""

import pathlib
import sys

import nibabel
import numpy as np
import pydicom
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
    "BodyPartExamined": "Head of Zyxwald",
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
(folder / "identifiers.txt").write_text("\n".join(sorted(set(identifiers))) + "\n")
