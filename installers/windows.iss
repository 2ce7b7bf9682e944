; The installer of Windows, made by Inno Setup 6. installers/windows.py gives the values: Version, Edition, Program
; (the folder of the program), Icon, Output and Name.

[Setup]
AppId={{B5B6C1C8-7B0B-4B57-9C0E-6F5C9D2F4A11}
AppName=Tumor Viewer
AppVersion={#Version}
AppVerName=Tumor Viewer {#Version} ({#Edition})
DefaultDirName={autopf}\TumorViewer
DefaultGroupName=Tumor Viewer
DisableProgramGroupPage=yes
; Without an administrator it goes into the person's own folders.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesAssociations=yes
CloseApplications=yes
Compression=lzma2
SolidCompression=yes
SetupIconFile={#Icon}
UninstallDisplayIcon={app}\TumorViewer.exe
LicenseFile={#Program}\_internal\LICENSE
InfoBeforeFile={#Program}\_internal\NOTICE
OutputDir={#Output}
OutputBaseFilename={#Name}
WizardStyle=modern

[Tasks]
Name: desktop; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: dicom; Description: "Offer Tumor Viewer for DICOM files (.dcm)"

; Parts of an older version must not mix with the new ones. Models, labels and settings lie elsewhere and stay.
[InstallDelete]
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Program}\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\Tumor Viewer"; Filename: "{app}\TumorViewer.exe"
Name: "{autodesktop}\Tumor Viewer"; Filename: "{app}\TumorViewer.exe"; Tasks: desktop

; "Open with" only: which program opens a double-clicked .dcm stays the person's choice.
[Registry]
Root: HKA; Subkey: "Software\Classes\.dcm\OpenWithProgids"; ValueType: none; ValueName: "TumorViewer.dcm"; Flags: uninsdeletevalue; Tasks: dicom
Root: HKA; Subkey: "Software\Classes\TumorViewer.dcm"; ValueType: string; ValueData: "DICOM image"; Flags: uninsdeletekey; Tasks: dicom
Root: HKA; Subkey: "Software\Classes\TumorViewer.dcm\DefaultIcon"; ValueType: string; ValueData: "{app}\TumorViewer.exe,0"; Tasks: dicom
Root: HKA; Subkey: "Software\Classes\TumorViewer.dcm\shell\open\command"; ValueType: string; ValueData: """{app}\TumorViewer.exe"" -- ""%1"""; Tasks: dicom

[Run]
Filename: "{app}\TumorViewer.exe"; Description: "{cm:LaunchProgram,Tumor Viewer}"; Flags: nowait postinstall skipifsilent
