"""The window around worklist, viewer and prediction panel: actions, menus, bars, dialogs, dropping."""
