"""Animation de la vie sociale: places to meet, and who lives too far from one."""

from ui.themes import page as theme_page

theme_page.show("vie_sociale")
